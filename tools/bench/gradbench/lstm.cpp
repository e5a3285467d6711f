// How badly a network with diagonal weights foretells the next of a row of characters, and its gradient.
// Input: layers, chars, bits, main [layers, 8, bits], extra [3, bits], state [layers, 2, bits], sequence [chars, bits].
#include "common.hpp"

namespace {

// What a layer computed at a step and backward needs, each a row of bits.
enum Kept { X, H, C, F, I, O, G, TANH, kept };
enum Weight { WF, WI, WO, WG, BF, BI, BO, BG };

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Network {
  size_t layers, chars, b;
  Vector main, extra, state, sequence, memory, hidden, cell, prediction;

  explicit Network(Input& input) : layers(input.size()), chars(input.size()), b(input.size()) {
    main = input.vector(layers * 8 * b);
    extra = input.vector(3 * b);
    state = input.vector(layers * 2 * b);
    sequence = input.vector(chars * b);
    memory.resize((chars - 1) * layers * kept * b);
    hidden.resize(layers * b);
    cell.resize(layers * b);
    prediction.resize((chars - 1) * b);
  }

  double* rows(size_t t, size_t l) { return &memory[(t * layers + l) * kept * b]; }
  double scale() const { return -1 / static_cast<double>((chars - 1) * b); }

  void layer(size_t t, size_t l, Vector& x) {
    const double* w = &main[l * 8 * b];
    double* r = rows(t, l);
    for (size_t j = 0; j < b; j++) {
      double &h = hidden[l * b + j], &c = cell[l * b + j];
      r[X * b + j] = x[j];
      r[H * b + j] = h;
      r[C * b + j] = c;
      const double f = r[F * b + j] = sigmoid(x[j] * w[WF * b + j] + w[BF * b + j]);
      const double i = r[I * b + j] = sigmoid(h * w[WI * b + j] + w[BI * b + j]);
      const double o = r[O * b + j] = sigmoid(x[j] * w[WO * b + j] + w[BO * b + j]);
      const double g = r[G * b + j] = std::tanh(h * w[WG * b + j] + w[BG * b + j]);
      c = c * f + i * g;
      const double tanh = r[TANH * b + j] = std::tanh(c);
      x[j] = h = o * tanh;
    }
  }

  double objective() {
    for (size_t l = 0; l < layers; l++)
      for (size_t j = 0; j < b; j++) {
        hidden[l * b + j] = state[l * 2 * b + j];
        cell[l * b + j] = state[(l * 2 + 1) * b + j];
      }
    Vector x(b);
    double sum = 0;
    for (size_t t = 0; t + 1 < chars; t++) {
      for (size_t j = 0; j < b; j++) x[j] = sequence[t * b + j] * extra[j];
      for (size_t l = 0; l < layers; l++) layer(t, l, x);
      double exps = 2;
      double* p = &prediction[t * b];
      for (size_t j = 0; j < b; j++) exps += std::exp(p[j] = x[j] * extra[b + j] + extra[2 * b + j]);
      for (size_t j = 0; j < b; j++) sum += sequence[(t + 1) * b + j] * (p[j] - std::log(exps));
    }
    return sum * scale();
  }

  // Cotangents of the prediction after step t, in terms of the objective.
  void backPrediction(size_t t, Vector& gx, double* gExtra) {
    const double *p = &prediction[t * b], *next = &sequence[(t + 1) * b], *last = rows(t, layers - 1);
    double exps = 2, bits = 0;
    for (size_t j = 0; j < b; j++) {
      exps += std::exp(p[j]);
      bits += next[j];
    }
    for (size_t j = 0; j < b; j++) {
      const double g = scale() * (next[j] - bits * std::exp(p[j]) / exps);
      gExtra[b + j] += g * last[O * b + j] * last[TANH * b + j];
      gExtra[2 * b + j] += g;
      gx[j] = g * extra[b + j];
    }
  }

  // gx: in, the cotangent of what the layer gives to the next; out, of what it was given. gh, gc: of its state.
  void backLayer(size_t t, size_t l, Vector& gx, double* gh, double* gc, double* gw) {
    const double *w = &main[l * 8 * b], *r = rows(t, l);
    for (size_t j = 0; j < b; j++) {
      const double x = r[X * b + j], h = r[H * b + j], c = r[C * b + j], tanh = r[TANH * b + j];
      const double f = r[F * b + j], i = r[I * b + j], o = r[O * b + j], g = r[G * b + j];
      const double out = gx[j] + gh[j];
      const double cell = gc[j] + out * o * (1 - tanh * tanh);
      const double zf = cell * c * f * (1 - f), zi = cell * g * i * (1 - i);
      const double zo = out * tanh * o * (1 - o), zg = cell * i * (1 - g * g);
      gw[WF * b + j] += zf * x;
      gw[WI * b + j] += zi * h;
      gw[WO * b + j] += zo * x;
      gw[WG * b + j] += zg * h;
      gw[BF * b + j] += zf;
      gw[BI * b + j] += zi;
      gw[BO * b + j] += zo;
      gw[BG * b + j] += zg;
      gx[j] = zf * w[WF * b + j] + zo * w[WO * b + j];
      gh[j] = zi * w[WI * b + j] + zg * w[WG * b + j];
      gc[j] = cell * f;
    }
  }

  // main, then extra.
  void jacobian(Vector& out) {
    objective();
    std::fill(out.begin(), out.end(), 0.0);
    double* gExtra = &out[layers * 8 * b];
    Vector gx(b), gh(layers * b), gc(layers * b);
    for (size_t t = chars - 1; t-- > 0;) {
      backPrediction(t, gx, gExtra);
      for (size_t l = layers; l-- > 0;) backLayer(t, l, gx, &gh[l * b], &gc[l * b], &out[l * 8 * b]);
      for (size_t j = 0; j < b; j++) gExtra[j] += gx[j] * sequence[t * b + j];
    }
  }
};

}  // namespace

int main(int, char** argv) {
  Input input(argv[1]);
  Network network(input);
  Vector value(1), gradient((network.layers * 8 + 3) * network.b);
  const auto primal = [&] { value[0] = network.objective(); };
  const auto slope = [&] { network.jacobian(gradient); };
  return serve({{"objective", {primal, &value}}, {"jacobian", {slope, &gradient}}});
}
