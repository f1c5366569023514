// What the dispatcher cannot do: handles, metadata, memory, random number generators, modes and the library's own facts.
#include "ppl_torch.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/api/include/torch/version.h>

namespace {
thread_local std::string last_error;
thread_local bool has_error = false;

c10::GeneratorImpl* impl(void* generator) {
    return static_cast<c10::GeneratorImpl*>(generator);
}

at::Generator borrow_generator(void* generator) {
    return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(impl(generator)));
}
}  // namespace

namespace ppl {
void set_error(const std::exception& e) {
    const auto* torch = dynamic_cast<const c10::Error*>(&e);
    last_error = torch != nullptr ? torch->what_without_backtrace() : e.what();
    has_error = true;
}

void set_error(const char* message) {
    last_error = message;
    has_error = true;
}
}  // namespace ppl

using namespace ppl;

// The message of this thread's last fault, or null; reading it clears it.
PPL_API const char* ppl_last_error() {
    if (!has_error) return nullptr;
    has_error = false;
    return last_error.c_str();
}

PPL_API const char* ppl_torch_version() {
    return TORCH_VERSION;
}

// ---- handles -------------------------------------------------------------------------------------------------------------------

PPL_API void ppl_tensor_release(Handle h) {
    guarded<int>(-1, [&] {
        c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h);
        return 0;
    });
}

PPL_API Handle ppl_tensor_alias(Handle h) {
    return own(borrow(h));
}

// ---- metadata ------------------------------------------------------------------------------------------------------------------

PPL_API int64_t ppl_tensor_dim(Handle h) {
    return guarded<int64_t>(-1, [&] { return h->dim(); });
}

PPL_API int32_t ppl_tensor_sizes(Handle h, int64_t* out) {
    return guarded<int32_t>(-1, [&] {
        const auto sizes = h->sizes();
        std::copy(sizes.begin(), sizes.end(), out);
        return 0;
    });
}

PPL_API int32_t ppl_tensor_strides(Handle h, int64_t* out) {
    return guarded<int32_t>(-1, [&] {
        const auto strides = h->strides();
        std::copy(strides.begin(), strides.end(), out);
        return 0;
    });
}

PPL_API int64_t ppl_tensor_numel(Handle h) {
    return guarded<int64_t>(-1, [&] { return h->numel(); });
}

PPL_API int64_t ppl_tensor_offset(Handle h) {
    return guarded<int64_t>(-1, [&] { return h->storage_offset(); });
}

PPL_API int32_t ppl_tensor_dtype(Handle h) {
    return guarded<int32_t>(-1, [&] { return static_cast<int32_t>(c10::typeMetaToScalarType(h->dtype())); });
}

PPL_API int64_t ppl_tensor_itemsize(Handle h) {
    return guarded<int64_t>(-1, [&] { return static_cast<int64_t>(h->itemsize()); });
}

PPL_API int32_t ppl_tensor_device(Handle h, int32_t* index) {
    return guarded<int32_t>(-1, [&] {
        const auto device = h->device();
        *index = device.index();
        return static_cast<int32_t>(device.type());
    });
}

// Bits: 0 contiguous, 1 leaf, 2 requires grad, 3 sparse, 4 quantized, 5 conj, 6 neg.
PPL_API int32_t ppl_tensor_flags(Handle h) {
    return guarded<int32_t>(-1, [&] {
        const auto t = borrow(h);
        const bool sparse = t.is_sparse();
        return (!sparse && t.is_contiguous() ? 1 : 0) | (t.is_leaf() ? 2 : 0) | (t.requires_grad() ? 4 : 0) | (sparse ? 8 : 0) |
               (t.is_quantized() ? 16 : 0) | (t.is_conj() ? 32 : 0) | (t.is_neg() ? 64 : 0);
    });
}

PPL_API void* ppl_tensor_data(Handle h) {
    return guarded<void*>(nullptr, [&]() -> void* { return borrow(h).data_ptr(); });
}

PPL_API int32_t ppl_tensor_set_requires_grad(Handle h, int32_t value) {
    return guarded<int32_t>(-1, [&] {
        borrow(h).set_requires_grad(value != 0);
        return 0;
    });
}

PPL_API int32_t ppl_tensor_grad(Handle h, Handle* grad) {
    return guarded<int32_t>(-1, [&] {
        *grad = own(borrow(h).grad());
        return 0;
    });
}

PPL_API int32_t ppl_tensor_set_grad(Handle h, Handle grad) {
    return guarded<int32_t>(-1, [&] {
        const auto t = borrow(h);
        const auto g = borrow(grad);
        if (g.defined()) {
            TORCH_CHECK(g.sizes() == t.sizes(), "assigned grad has data of a different size");
            TORCH_CHECK(g.scalar_type() == t.scalar_type(), "assigned grad has data of a different type");
            TORCH_CHECK(g.device() == t.device(), "assigned grad has data located on a different device");
        }
        t.mutable_grad() = g;
        return 0;
    });
}

using Release = void (*)(void*);

// A tensor over memory that the caller owns; `release(context)` runs when the last user is gone.
PPL_API Handle ppl_tensor_from_blob(void* data, const int64_t* sizes, int32_t dims, int32_t dtype, Release release, void* context) {
    return guarded<Handle>(nullptr, [&] {
        const auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
        return own(at::from_blob(
            data, at::IntArrayRef(sizes, dims), [release, context](void*) { release(context); }, options));
    });
}

// ---- generators ----------------------------------------------------------------------------------------------------------------

PPL_API void* ppl_generator_default() {
    return guarded<void*>(nullptr, [&]() -> void* {
        return at::Generator(at::detail::getDefaultCPUGenerator()).unsafeReleaseGeneratorImpl();
    });
}

PPL_API void* ppl_generator_new(uint64_t seed) {
    return guarded<void*>(nullptr, [&]() -> void* { return at::detail::createCPUGenerator(seed).unsafeReleaseGeneratorImpl(); });
}

PPL_API void ppl_generator_release(void* generator) {
    c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(impl(generator));
}

PPL_API int32_t ppl_generator_set_seed(void* generator, uint64_t seed) {
    return guarded<int32_t>(-1, [&] {
        std::lock_guard<std::mutex> lock(impl(generator)->mutex_);
        impl(generator)->set_current_seed(seed);
        return 0;
    });
}

PPL_API int64_t ppl_generator_seed(void* generator, int32_t fresh) {
    return guarded<int64_t>(-1, [&] {
        std::lock_guard<std::mutex> lock(impl(generator)->mutex_);
        return static_cast<int64_t>(fresh != 0 ? impl(generator)->seed() : impl(generator)->current_seed());
    });
}

PPL_API Handle ppl_generator_state(void* generator) {
    return guarded<Handle>(nullptr, [&] {
        auto g = borrow_generator(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        return own(g.get_state());
    });
}

PPL_API int32_t ppl_generator_set_state(void* generator, Handle state) {
    return guarded<int32_t>(-1, [&] {
        auto g = borrow_generator(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        g.set_state(borrow(state));
        return 0;
    });
}

PPL_API int32_t ppl_manual_seed(uint64_t seed) {
    return guarded<int32_t>(-1, [&] {
        at::manual_seed(seed);
        return 0;
    });
}

// ---- modes ---------------------------------------------------------------------------------------------------------------------

PPL_API int32_t ppl_grad_mode() {
    return c10::GradMode::is_enabled() ? 1 : 0;
}

PPL_API void ppl_set_grad_mode(int32_t enabled) {
    c10::GradMode::set_enabled(enabled != 0);
}

PPL_API int32_t ppl_inference_mode() {
    return c10::InferenceMode::is_enabled() ? 1 : 0;
}

PPL_API void* ppl_inference_enter(int32_t enabled) {
    return guarded<void*>(nullptr, [&]() -> void* { return new c10::InferenceMode(enabled != 0); });
}

// The guard restores the state of the thread that made it: leave on the same thread, innermost first.
PPL_API void ppl_inference_leave(void* guard) {
    delete static_cast<c10::InferenceMode*>(guard);
}

PPL_API int32_t ppl_set_deterministic(int32_t mode, int32_t warn_only) {
    return guarded<int32_t>(-1, [&] {
        at::globalContext().setDeterministicAlgorithms(mode != 0, warn_only != 0);
        return 0;
    });
}

PPL_API int32_t ppl_deterministic() {
    return (at::globalContext().deterministicAlgorithms() ? 1 : 0) | (at::globalContext().deterministicAlgorithmsWarnOnly() ? 2 : 0);
}

PPL_API int32_t ppl_set_default_dtype(int32_t dtype) {
    return guarded<int32_t>(-1, [&] {
        c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(dtype)));
        return 0;
    });
}

PPL_API int32_t ppl_promote_types(int32_t a, int32_t b) {
    return static_cast<int32_t>(c10::promoteTypes(static_cast<at::ScalarType>(a), static_cast<at::ScalarType>(b)));
}

PPL_API int32_t ppl_num_threads(int32_t interop) {
    return guarded<int32_t>(-1, [&] { return interop != 0 ? at::get_num_interop_threads() : at::get_num_threads(); });
}

PPL_API int32_t ppl_set_num_threads(int32_t count, int32_t interop) {
    return guarded<int32_t>(-1, [&] {
        if (interop != 0)
            at::set_num_interop_threads(count);
        else
            at::set_num_threads(count);
        return 0;
    });
}
