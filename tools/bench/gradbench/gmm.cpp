// The logarithm of the posterior of a mixture of Gaussians with a Wishart prior, and its gradient.
// Input: d, k, n, gamma, m, logGamma, alpha [k], mu [k, d], q [k, d], l [k, d(d - 1)/2] (columns below the diagonals), x [n, d].
#include "common.hpp"

namespace {

struct Mixture {
  size_t d, k, n, t;
  double gamma, m, logGamma;
  Vector alpha, mu, q, l, x;

  explicit Mixture(Input& input) : d(input.size()), k(input.size()), n(input.size()), t(d * (d - 1) / 2) {
    gamma = input.number();
    m = input.number();
    logGamma = input.number();
    alpha = input.vector(k);
    mu = input.vector(k * d);
    q = input.vector(k * d);
    l = input.vector(k * t);
    x = input.vector(n * d);
  }
};

// What depends on the component alone, and room for one point.
struct Work {
  Vector diagonal, sumQ, y, v, beta, back;
  explicit Work(const Mixture& of) : diagonal(of.k * of.d), sumQ(of.k), y(of.k * of.d), v(of.k * of.d), beta(of.k), back(of.d) {}
};

double logSumExp(const Vector& values) {
  const double a = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double value : values) sum += std::exp(value - a);
  return a + std::log(sum);
}

void prepare(const Mixture& of, Work& work) {
  for (size_t c = 0; c < of.k; c++) {
    work.sumQ[c] = 0;
    for (size_t j = 0; j < of.d; j++) {
      work.sumQ[c] += of.q[c * of.d + j];
      work.diagonal[c * of.d + j] = std::exp(of.q[c * of.d + j]);
    }
  }
}

// β of each component at a point, with y = x - μ and v = Q y kept.
double point(const Mixture& of, const double* x, Work& work) {
  const size_t d = of.d;
  for (size_t c = 0; c < of.k; c++) {
    double* y = &work.y[c * d];
    double* v = &work.v[c * d];
    for (size_t j = 0; j < d; j++) {
      y[j] = x[j] - of.mu[c * d + j];
      v[j] = work.diagonal[c * d + j] * y[j];
    }
    const double* l = &of.l[c * of.t];
    for (size_t j = 0; j < d; j++)
      for (size_t i = j + 1; i < d; i++) v[i] += *l++ * y[j];
    double square = 0;
    for (size_t j = 0; j < d; j++) square += v[j] * v[j];
    work.beta[c] = of.alpha[c] + work.sumQ[c] - square / 2;
  }
  return logSumExp(work.beta);
}

double prior(const Mixture& of, const Work& work) {
  const double d = static_cast<double>(of.d), freedom = d + of.m + 1;
  double frobenius = 0, sumQ = 0;
  for (double e : work.diagonal) frobenius += e * e;
  for (double value : of.l) frobenius += value * value;
  for (double value : work.sumQ) sumQ += value;
  const double constant = freedom * d * std::log(of.gamma / std::sqrt(2.0)) - of.logGamma;
  return static_cast<double>(of.k) * constant + of.m * sumQ - of.gamma * of.gamma / 2 * frobenius;
}

double objective(const Mixture& of, Work& work) {
  prepare(of, work);
  const double n = static_cast<double>(of.n), d = static_cast<double>(of.d);
  double sum = -n * (logSumExp(of.alpha) + d / 2 * std::log(2 * M_PI));
  for (size_t i = 0; i < of.n; i++) sum += point(of, &of.x[i * of.d], work);
  return sum + prior(of, work);
}

// alpha, mu, q, l, one after the other.
void jacobian(const Mixture& of, Work& work, Vector& out) {
  prepare(of, work);
  const size_t d = of.d, k = of.k;
  std::fill(out.begin(), out.end(), 0.0);
  double *alpha = out.data(), *mu = alpha + k, *q = mu + k * d, *l = q + k * d;
  for (size_t p = 0; p < of.n; p++) {
    const double total = point(of, &of.x[p * d], work);
    for (size_t c = 0; c < k; c++) {
      const double weight = std::exp(work.beta[c] - total);
      const double* y = &work.y[c * d];
      const double* v = &work.v[c * d];
      const double* entry = &of.l[c * of.t];
      double* slope = &l[c * of.t];
      alpha[c] += weight;
      for (size_t j = 0; j < d; j++) {
        const double e = work.diagonal[c * d + j];
        double back = e * v[j];
        q[c * d + j] += weight * (1 - v[j] * y[j] * e);
        for (size_t i = j + 1; i < d; i++) {
          back += *entry++ * v[i];
          *slope++ -= weight * v[i] * y[j];
        }
        mu[c * d + j] += weight * back;
      }
    }
  }
  const double total = logSumExp(of.alpha), square = of.gamma * of.gamma;
  for (size_t c = 0; c < k; c++) alpha[c] -= static_cast<double>(of.n) * std::exp(of.alpha[c] - total);
  for (size_t i = 0; i < k * d; i++) q[i] += of.m - square * work.diagonal[i] * work.diagonal[i];
  for (size_t i = 0; i < k * of.t; i++) l[i] -= square * of.l[i];
}

}  // namespace

int main(int, char** argv) {
  Input input(argv[1]);
  const Mixture mixture(input);
  Work work(mixture);
  Vector value(1), gradient(mixture.k * (1 + 2 * mixture.d + mixture.t));
  const auto primal = [&] { value[0] = objective(mixture, work); };
  const auto slope = [&] { jacobian(mixture, work, gradient); };
  return serve({{"objective", {primal, &value}}, {"jacobian", {slope, &gradient}}});
}
