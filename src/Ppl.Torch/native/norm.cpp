// The norm of all gradients together, in one call and one pass over memory: training checks every step's gradient by it.
#include "ppl_torch.h"
#include "widest.h"

#include <ATen/Parallel.h>

#pragma GCC optimize("O3")

namespace {

using namespace ppl;

constexpr int64_t kGrain = 32768;
constexpr int64_t kLanes = 32;

// In double precision, so that a float's square cannot overflow. Lanes of their own let the compiler make vector code without
// changing the order of a sum.
#define PPL_SQUARES(T)                                                                                                     \
    PPL_WIDEST double squares(const T* __restrict__ g, int64_t n) {                                                        \
        double lanes[kLanes] = {};                                                                                         \
        int64_t i = 0;                                                                                                     \
        for (; i + kLanes <= n; i += kLanes)                                                                               \
            for (int64_t j = 0; j < kLanes; j++) lanes[j] += double(g[i + j]) * double(g[i + j]);                          \
        double sum = 0;                                                                                                    \
        for (; i < n; i++) sum += double(g[i]) * double(g[i]);                                                             \
        for (int64_t j = 0; j < kLanes; j++) sum += lanes[j];                                                              \
        return sum;                                                                                                        \
    }

PPL_SQUARES(float)
PPL_SQUARES(double)

template <typename T>
double squares_of(const at::Tensor& gradient) {
    const auto* data = gradient.data_ptr<T>();
    return at::parallel_reduce(
        0, gradient.numel(), kGrain, 0.0, [&](int64_t begin, int64_t end, double sum) { return sum + squares(data + begin, end - begin); },
        [](double left, double right) { return left + right; });
}

}  // namespace

// The L2 norm of the gradients that exist. 1: done; 0: these tensors need the general operators; -1: a fault.
PPL_ENTRY(int32_t, ppl_gradient_norm, const Handle* parameters, int32_t count, double* norm) {
    double sum = 0;
    for (int32_t i = 0; i < count; i++) {
        const auto gradient = tensor(parameters[i]).grad();
        if (!gradient.defined()) continue;
        if (gradient.layout() != at::kStrided || !gradient.device().is_cpu() || !gradient.is_non_overlapping_and_dense()) return 0;
        if (gradient.scalar_type() == at::kFloat)
            sum += squares_of<float>(gradient);
        else if (gradient.scalar_type() == at::kDouble)
            sum += squares_of<double>(gradient);
        else
            return 0;
    }
    *norm = std::sqrt(sum);
    return 1;
}
PPL_GUARD
