// What the programs share: reading the input, the probe, and the loop that answers the benchmark.
//
// Invariant: one line in, one line out. "check NAME" gives all numbers of the answer; "time NAME CALLS" gives the
// milliseconds of so many calls, and of the probe before and after them.
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using Vector = std::vector<double>;

// Numbers of a file of doubles, taken from the front.
class Input {
 public:
  explicit Input(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw std::runtime_error("cannot read " + path);
    numbers_.resize(static_cast<size_t>(file.tellg()) / sizeof(double));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(numbers_.data()), static_cast<std::streamsize>(numbers_.size() * sizeof(double)));
  }

  double number() { return numbers_.at(next_++); }
  size_t size() { return static_cast<size_t>(number()); }
  Vector vector(size_t length) {
    Vector taken(length);
    for (double& value : taken) value = number();
    return taken;
  }

 private:
  Vector numbers_;
  size_t next_ = 0;
};

// A function of a problem: computes, and leaves its answer in `out`.
struct Function {
  std::function<void()> run;
  const Vector* out;
};

inline double now() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

// A fixed amount of work in registers and the first cache.
inline double probe() {
  static Vector values(1024, 1.0);
  static volatile double sink = 0;
  const double start = now();
  double a = 0, b = 0, c = 0, d = 0;
  for (int round = 0; round < 64; round++) {
    for (size_t i = 0; i < values.size(); i += 4) {
      a += values[i] * 1.0001;
      b += values[i + 1] * 1.0002;
      c += values[i + 2] * 1.0003;
      d += values[i + 3] * 1.0004;
    }
  }
  sink = a + b + c + d;
  static_cast<void>(sink);
  return now() - start;
}

inline int serve(const std::map<std::string, Function>& functions) {
  for (int i = 0; i < 200; i++) probe();
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string what, name;
    long calls = 0;
    words >> what >> name >> calls;
    const Function& function = functions.at(name);
    if (what == "check") {
      function.run();
      std::printf("[");
      for (size_t i = 0; i < function.out->size(); i++) std::printf(i ? ",%.17g" : "%.17g", (*function.out)[i]);
      std::printf("]\n");
    } else {
      const double before = probe();
      const double start = now();
      for (long i = 0; i < calls; i++) function.run();
      const double time = now() - start;
      std::printf("{\"ms\":%.9g,\"before\":%.9g,\"after\":%.9g}\n", time, before, probe());
    }
    std::fflush(stdout);
  }
  return 0;
}
