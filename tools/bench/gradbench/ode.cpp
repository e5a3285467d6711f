// y₀' = x₀, yᵢ' = xᵢ yᵢ₋₁ from y(0) = 0 to y(2), in s steps of the classical Runge-Kutta method; and the gradient of the last
// element of y in x. Backwards, each step's stages are computed again from the y that it began with. Input: n, s, x.
#include "common.hpp"

namespace {

struct Stages {
  Vector z2, z3, z4, k1, k2, k3, k4;
  explicit Stages(size_t n) : z2(n), z3(n), z4(n), k1(n), k2(n), k3(n), k4(n) {}
};

void slope(const Vector& x, const double* y, Vector& k) {
  k[0] = x[0];
  for (size_t i = 1; i < x.size(); i++) k[i] = x[i] * y[i - 1];
}

void moved(const double* y, double h, const Vector& k, Vector& z) {
  for (size_t i = 0; i < z.size(); i++) z[i] = y[i] + h * k[i];
}

void stages(const Vector& x, const double* y, double h, Stages& s) {
  slope(x, y, s.k1);
  moved(y, h / 2, s.k1, s.z2);
  slope(x, s.z2.data(), s.k2);
  moved(y, h / 2, s.k2, s.z3);
  slope(x, s.z3.data(), s.k3);
  moved(y, h, s.k3, s.z4);
  slope(x, s.z4.data(), s.k4);
}

void step(const Vector& x, const double* y, double h, Stages& s, double* next) {
  stages(x, y, h, s);
  for (size_t i = 0; i < x.size(); i++) next[i] = y[i] + h / 6 * (s.k1[i] + 2 * s.k2[i] + 2 * s.k3[i] + s.k4[i]);
}

// What a cotangent gk of slope(x, z) adds to those of x and z.
void pullBack(const Vector& x, const double* z, const Vector& gk, Vector& gx, Vector& gz) {
  gx[0] += gk[0];
  for (size_t i = 1; i < x.size(); i++) {
    gx[i] += gk[i] * z[i - 1];
    gz[i - 1] = gk[i] * x[i];
  }
  gz[x.size() - 1] = 0;
}

}  // namespace

int main(int, char** argv) {
  Input input(argv[1]);
  const size_t n = input.size(), steps = input.size();
  const Vector x = input.vector(n);
  const double h = 2.0 / static_cast<double>(steps);
  Stages s(n);
  Vector y(n), gradient(n), path((steps + 1) * n), gy(n), before(n), gk(n), gz(n);
  const auto primal = [&] {
    std::fill(y.begin(), y.end(), 0.0);
    for (size_t i = 0; i < steps; i++) step(x, y.data(), h, s, y.data());
  };
  // The cotangent of a stage that began at y + by · (the stage before it).
  const auto back = [&](const double* z, double by, double weight) {
    pullBack(x, z, gk, gradient, gz);
    for (size_t i = 0; i < n; i++) {
      before[i] += gz[i];
      gk[i] = weight * gy[i] + by * gz[i];
    }
  };
  const auto backward = [&] {
    std::fill(path.begin(), path.begin() + static_cast<long>(n), 0.0);
    for (size_t i = 0; i < steps; i++) step(x, &path[i * n], h, s, &path[(i + 1) * n]);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    std::fill(gy.begin(), gy.end(), 0.0);
    gy[n - 1] = 1;
    for (size_t t = steps; t-- > 0;) {
      const double* from = &path[t * n];
      stages(x, from, h, s);
      before = gy;
      for (size_t i = 0; i < n; i++) gk[i] = h / 6 * gy[i];
      back(s.z4.data(), h, h / 3);
      back(s.z3.data(), h / 2, h / 3);
      back(s.z2.data(), h / 2, h / 6);
      back(from, 0, 0);
      gy = before;
    }
  };
  return serve({{"primal", {primal, &y}}, {"gradient", {backward, &gradient}}});
}
