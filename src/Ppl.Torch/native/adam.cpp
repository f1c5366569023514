// Adam's step in one pass over memory: the same steps as separate operators would read and write each array several times.
#include "ppl_torch.h"
#include "widest.h"

#include <ATen/Parallel.h>

// The loop is plain, so that the compiler makes vector code of it; the loader picks the widest that the processor has.
#pragma GCC optimize("O3")

namespace {

using namespace ppl;

constexpr int64_t kGrain = 32768;

struct Rule {
    double sign;       // -1 to go up instead of down
    double penalty;    // times the parameter, added to the gradient
    double decay;      // the parameter's own factor
    double beta1;
    double beta2;
    double root;       // 1 / sqrt(1 - beta2^t)
    double epsilon;
    double rate;       // lr / (1 - beta1^t)
};

#define PPL_ADAM_LOOP(T, ROOT)                                                                                             \
    PPL_WIDEST void update(T* __restrict__ p, const T* __restrict__ g, T* __restrict__ m, T* __restrict__ v, int64_t n,    \
                           const Rule& rule) {                                                                             \
        const T sign = rule.sign, penalty = rule.penalty, decay = rule.decay, b1 = rule.beta1, b2 = rule.beta2;            \
        const T c1 = 1 - rule.beta1, c2 = 1 - rule.beta2, root = rule.root, eps = rule.epsilon, rate = rule.rate;          \
        for (int64_t i = 0; i < n; i++) {                                                                                  \
            const T down = sign * g[i] + penalty * p[i];                                                                   \
            const T mean = b1 * m[i] + c1 * down;                                                                          \
            const T square = b2 * v[i] + c2 * down * down;                                                                 \
            m[i] = mean;                                                                                                   \
            v[i] = square;                                                                                                 \
            p[i] = decay * p[i] - rate * mean / (ROOT(square) * root + eps);                                               \
        }                                                                                                                  \
    }

// std::sqrt is compiled with the options of its header and would not be inlined here.
PPL_ADAM_LOOP(float, __builtin_sqrtf)
PPL_ADAM_LOOP(double, __builtin_sqrt)

template <typename T>
void update_all(const at::Tensor& p, const at::Tensor& g, const at::Tensor& m, const at::Tensor& v, const Rule& rule) {
    auto* pp = p.data_ptr<T>();
    const auto* gp = g.data_ptr<T>();
    auto* mp = m.data_ptr<T>();
    auto* vp = v.data_ptr<T>();
    at::parallel_for(0, p.numel(), kGrain, [&](int64_t begin, int64_t end) {
        update(pp + begin, gp + begin, mp + begin, vp + begin, end - begin, rule);
    });
}

// Whether the same index means the same element in all of them.
bool fits(const at::Tensor& p, const at::Tensor& other) {
    return other.defined() && other.layout() == at::kStrided && other.device().is_cpu() && other.scalar_type() == p.scalar_type() &&
           other.sizes() == p.sizes() && other.strides() == p.strides();
}

}  // namespace

// 1: done; 0: these tensors need the general operators; -1: a fault.
PPL_ENTRY(int32_t, ppl_adam_step, Handle parameter, Handle gradient, Handle mean, Handle square, const double* numbers) {
    const auto p = tensor(parameter), g = tensor(gradient), m = tensor(mean), v = tensor(square);
    if (p.layout() != at::kStrided || !p.device().is_cpu() || !p.is_non_overlapping_and_dense() || !fits(p, g) || !fits(p, m) || !fits(p, v))
        return 0;
    const auto& rule = *reinterpret_cast<const Rule*>(numbers);
    if (p.scalar_type() == at::kFloat)
        update_all<float>(p, g, m, v, rule);
    else if (p.scalar_type() == at::kDouble)
        update_all<double>(p, g, m, v, rule);
    else
        return 0;
    // Autograd must see that the values changed.
    for (const auto* t : {&p, &m, &v}) t->unsafeGetTensorImpl()->bump_version();
    return 1;
}
PPL_GUARD
