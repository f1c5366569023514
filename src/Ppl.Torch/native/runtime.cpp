// What the dispatcher cannot do: handles, metadata, memory, random number generators, modes and the library's own facts.
#include "ppl_torch.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/api/include/torch/version.h>

#include <limits>

using namespace ppl;

namespace {

c10::GeneratorImpl& generator(void* handle) {
    TORCH_CHECK(handle != nullptr, "a generator is expected, but got none");
    return *static_cast<c10::GeneratorImpl*>(handle);
}

at::Generator borrow_generator(void* handle) {
    return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(&generator(handle)));
}

}  // namespace

namespace ppl {

at::ScalarType scalar_type(int64_t number) {
    const auto type = static_cast<at::ScalarType>(number);
    TORCH_CHECK(number >= 0 && number < static_cast<int64_t>(c10::ScalarType::NumOptions) && type != at::ScalarType::Undefined, number,
                " is no element type");
    return type;
}

c10::Device device(int64_t type, int64_t index) {
    const auto known = type >= 0 && type < c10::COMPILE_TIME_MAX_DEVICE_TYPES && c10::isValidDeviceType(static_cast<c10::DeviceType>(type));
    TORCH_CHECK(known, type, " is no type of device");
    TORCH_CHECK(index >= -1 && index <= std::numeric_limits<c10::DeviceIndex>::max(), "a device's index cannot be ", index);
    return {static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index)};
}

}  // namespace ppl

PPL_ENTRY(const char*, ppl_torch_version) {
    return TORCH_VERSION;
}
PPL_GUARD

// ---- handles -------------------------------------------------------------------------------------------------------------------

PPL_ENTRY(int32_t, ppl_tensor_release, Handle h) {
    adopt(h);
    return 0;
}
PPL_GUARD

PPL_ENTRY(Handle, ppl_tensor_alias, Handle h) {
    return own(tensor(h));
}
PPL_GUARD

// ---- metadata ------------------------------------------------------------------------------------------------------------------

PPL_ENTRY(int64_t, ppl_tensor_dim, Handle h) {
    return impl(h).dim();
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_tensor_sizes, Handle h, int64_t* out) {
    const auto sizes = impl(h).sizes();
    std::copy(sizes.begin(), sizes.end(), out);
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_tensor_strides, Handle h, int64_t* out) {
    const auto strides = impl(h).strides();
    std::copy(strides.begin(), strides.end(), out);
    return 0;
}
PPL_GUARD

PPL_ENTRY(int64_t, ppl_tensor_numel, Handle h) {
    return impl(h).numel();
}
PPL_GUARD

PPL_ENTRY(int64_t, ppl_tensor_offset, Handle h) {
    return impl(h).storage_offset();
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_tensor_dtype, Handle h) {
    return static_cast<int32_t>(c10::typeMetaToScalarType(impl(h).dtype()));
}
PPL_GUARD

PPL_ENTRY(int64_t, ppl_tensor_itemsize, Handle h) {
    return static_cast<int64_t>(impl(h).itemsize());
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_tensor_device, Handle h, int32_t* index) {
    const auto where = impl(h).device();
    *index = where.index();
    return static_cast<int32_t>(where.type());
}
PPL_GUARD

// Bits: 0 contiguous, 1 leaf, 2 requires grad, 3 sparse, 4 quantized, 5 conj, 6 neg.
PPL_ENTRY(int32_t, ppl_tensor_flags, Handle h) {
    const auto t = tensor(h);
    const bool sparse = t.is_sparse();
    return (!sparse && t.is_contiguous() ? 1 : 0) | (t.is_leaf() ? 2 : 0) | (t.requires_grad() ? 4 : 0) | (sparse ? 8 : 0) |
           (t.is_quantized() ? 16 : 0) | (t.is_conj() ? 32 : 0) | (t.is_neg() ? 64 : 0);
}
PPL_GUARD

// Where the values are (null for a tensor without any), and how many bytes of memory there are from there on.
PPL_ENTRY(int32_t, ppl_tensor_data, Handle h, void** data, int64_t* bytes) {
    const auto t = tensor(h);
    TORCH_CHECK(t.has_storage() && t.device().is_cpu(), "a tensor of ", t.device(), " with layout ", t.layout(), " has no values in memory");
    TORCH_CHECK(!t.is_conj() && !t.is_neg(), "the memory of a lazily conjugated or negated tensor does not hold its values: call resolve_conj().resolve_neg()");
    *data = t.data_ptr();
    *bytes = static_cast<int64_t>(t.storage().nbytes()) - t.storage_offset() * static_cast<int64_t>(t.itemsize());
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_tensor_set_requires_grad, Handle h, int32_t value) {
    tensor(h).set_requires_grad(value != 0);
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_tensor_grad, Handle h, Handle* grad) {
    *grad = own(tensor(h).grad());
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_tensor_set_grad, Handle h, Handle grad) {
    const auto t = tensor(h);
    const auto g = borrow(grad);
    if (g.defined()) {
        TORCH_CHECK(g.sizes() == t.sizes(), "assigned grad has data of a different size");
        TORCH_CHECK(g.scalar_type() == t.scalar_type(), "assigned grad has data of a different type");
        TORCH_CHECK(g.device() == t.device(), "assigned grad has data located on a different device");
    }
    t.mutable_grad() = g;
    return 0;
}
PPL_GUARD

using Release = void (*)(void*);

// A tensor over memory that the caller owns; `release(context)` runs when the last user is gone.
PPL_ENTRY(Handle, ppl_tensor_from_blob, void* data, const int64_t* sizes, int32_t dims, int32_t dtype, Release release, void* context) {
    const auto type = scalar_type(dtype);
    TORCH_CHECK(!c10::isQIntType(type), "plain memory cannot hold the quantized type ", type);
    return own(at::from_blob(
        data, at::IntArrayRef(sizes, dims), [release, context](void*) { release(context); }, at::TensorOptions().dtype(type)));
}
PPL_GUARD

// ---- generators ----------------------------------------------------------------------------------------------------------------

PPL_ENTRY(void*, ppl_generator_default) {
    return at::Generator(at::detail::getDefaultCPUGenerator()).unsafeReleaseGeneratorImpl();
}
PPL_GUARD

PPL_ENTRY(void*, ppl_generator_new, uint64_t seed) {
    return at::detail::createCPUGenerator(seed).unsafeReleaseGeneratorImpl();
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_generator_release, void* handle) {
    c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(&generator(handle));
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_generator_set_seed, void* handle, uint64_t seed) {
    auto& g = generator(handle);
    std::lock_guard<std::mutex> lock(g.mutex_);
    g.set_current_seed(seed);
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_generator_seed, void* handle, int32_t fresh, uint64_t* seed) {
    auto& g = generator(handle);
    std::lock_guard<std::mutex> lock(g.mutex_);
    *seed = fresh != 0 ? g.seed() : g.current_seed();
    return 0;
}
PPL_GUARD

PPL_ENTRY(Handle, ppl_generator_state, void* handle) {
    auto g = borrow_generator(handle);
    std::lock_guard<std::mutex> lock(g.mutex());
    return own(g.get_state());
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_generator_set_state, void* handle, Handle state) {
    auto g = borrow_generator(handle);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_state(tensor(state));
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_manual_seed, uint64_t seed) {
    at::manual_seed(seed);
    return 0;
}
PPL_GUARD

// ---- modes ---------------------------------------------------------------------------------------------------------------------

PPL_ENTRY(int32_t, ppl_grad_mode) {
    return c10::GradMode::is_enabled() ? 1 : 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_set_grad_mode, int32_t enabled) {
    c10::GradMode::set_enabled(enabled != 0);
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_inference_mode) {
    return c10::InferenceMode::is_enabled() ? 1 : 0;
}
PPL_GUARD

PPL_ENTRY(void*, ppl_inference_enter, int32_t enabled) {
    return new c10::InferenceMode(enabled != 0);
}
PPL_GUARD

// The guard restores the state of the thread that made it: leave on the same thread, innermost first.
PPL_ENTRY(int32_t, ppl_inference_leave, void* guard) {
    delete static_cast<c10::InferenceMode*>(guard);
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_set_deterministic, int32_t mode, int32_t warn_only) {
    at::globalContext().setDeterministicAlgorithms(mode != 0, warn_only != 0);
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_deterministic) {
    return (at::globalContext().deterministicAlgorithms() ? 1 : 0) | (at::globalContext().deterministicAlgorithmsWarnOnly() ? 2 : 0);
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_set_default_dtype, int32_t dtype) {
    const auto type = scalar_type(dtype);
    TORCH_CHECK(c10::isFloatingType(type), "only floating-point types are supported as the default type, not ", type);
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(type));
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_promote_types, int32_t a, int32_t b) {
    const auto promoted = c10::promoteTypes(scalar_type(a), scalar_type(b));
    TORCH_CHECK(promoted != at::ScalarType::Undefined, scalar_type(a), " and ", scalar_type(b), " have no common type");
    return static_cast<int32_t>(promoted);
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_num_threads, int32_t interop) {
    return interop != 0 ? at::get_num_interop_threads() : at::get_num_threads();
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_set_num_threads, int32_t count, int32_t interop) {
    if (interop != 0)
        at::set_num_interop_threads(count);
    else
        at::set_num_threads(count);
    return 0;
}
PPL_GUARD
