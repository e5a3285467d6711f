// log Σ eˣ and its gradient, the softmax of x. Input: n, x.
#include "common.hpp"

int main(int, char** argv) {
  Input input(argv[1]);
  const size_t n = input.size();
  const Vector x = input.vector(n);
  Vector value(1), gradient(n);
  const auto primal = [&] {
    const double a = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += std::exp(x[i] - a);
    value[0] = a + std::log(sum);
  };
  const auto slope = [&] {
    const double a = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += gradient[i] = std::exp(x[i] - a);
    for (size_t i = 0; i < n; i++) gradient[i] /= sum;
  };
  return serve({{"primal", {primal, &value}}, {"gradient", {slope, &gradient}}});
}
