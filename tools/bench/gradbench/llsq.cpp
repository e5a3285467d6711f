// ½ Σ (sign tᵢ - Σ xⱼ tᵢʲ)² at n points t from -1 to 1, and its gradient. Input: m, n, x.
#include "common.hpp"

int main(int, char** argv) {
  Input input(argv[1]);
  const size_t m = input.size(), n = input.size();
  const Vector x = input.vector(m);
  const auto point = [n](size_t i) { return -1 + 2.0 * static_cast<double>(i) / static_cast<double>(n - 1); };
  const auto miss = [&](double t) {
    double p = 0;
    for (size_t j = m; j-- > 0;) p = p * t + x[j];
    return (t > 0) - (t < 0) - p;
  };
  Vector value(1), gradient(m);
  const auto primal = [&] {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
      const double r = miss(point(i));
      sum += r * r;
    }
    value[0] = sum / 2;
  };
  const auto slope = [&] {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    for (size_t i = 0; i < n; i++) {
      const double t = point(i);
      double term = -miss(t);
      for (size_t j = 0; j < m; j++) {
        gradient[j] += term;
        term *= t;
      }
    }
  };
  return serve({{"primal", {primal, &value}}, {"gradient", {slope, &gradient}}});
}
