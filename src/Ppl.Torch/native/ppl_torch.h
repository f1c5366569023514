// The C ABI between Ppl.Torch (C#) and libtorch. See docs/torch.md.
//
// A tensor handle is a TensorImpl* that owns one reference. Every function that can fail returns a negative number (or null) and
// leaves libtorch's message in ppl_last_error(); no C++ exception ever crosses this boundary.
#pragma once
#include <ATen/ATen.h>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

// Every function of the ABI is  PPL_ENTRY(result, name, parameters...) { body } PPL_GUARD  and nothing else is exported. What the
// body throws becomes the result's failure (-1 or null) and the thread's message. Without PPL_GUARD it does not compile.
#define PPL_ENTRY(result, name, ...) extern "C" __attribute__((visibility("default"))) result name(__VA_ARGS__) try
#define PPL_GUARD \
    catch (...) { \
        return ppl::report(); \
    }

namespace ppl {

using Handle = c10::TensorImpl*;

enum Tag : int32_t {
    kNone = 0,           // a missing optional
    kTensor = 1,         // pointer: Handle (borrowed on the way in, owned on the way out; null is an undefined tensor)
    kInt = 2,
    kDouble = 3,
    kBool = 4,           // integer: 0 or 1
    kIntList = 5,        // pointer + length
    kDoubleList = 6,
    kBoolList = 7,       // one byte each
    kTensorList = 8,     // pointer to Handles + length; as a result it is freed with ppl_list_free
    kOptionalTensors = 9,
    kComplex = 10,       // pointer to two doubles
    kString = 11,        // UTF-8 + length
    kDevice = 12,        // integer: type, length: index
    kGenerator = 13,     // pointer: GeneratorImpl*
    kDefault = 14,       // take the schema's default
};

struct Arg {
    union {
        int64_t integer;
        double real;
        void* pointer;
    };
    int32_t tag;
    int32_t length;
};

// What an entry returns after a fault.
struct Failure {
    operator int32_t() const { return -1; }
    operator int64_t() const { return -1; }
    template <typename T>
    operator T*() const {
        return nullptr;
    }
};

// Keeps the exception in flight as this thread's last fault.
Failure report() noexcept;

// What managed code threw when libtorch called it. It unwinds native frames as this, on whichever thread, up to the entry that the
// managed caller waits for; `fault` is a GCHandle of the exception.
class ManagedFault : public std::exception {
   public:
    explicit ManagedFault(std::shared_ptr<void> fault) : fault_(std::move(fault)) {}
    const char* what() const noexcept override { return "managed code threw an exception"; }
    const std::shared_ptr<void>& fault() const { return fault_; }

   private:
    std::shared_ptr<void> fault_;
};

// The tensor behind a handle; null is an undefined tensor.
inline at::Tensor borrow(Handle h) {
    return h == nullptr ? at::Tensor()
                        : at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(h));
}

inline c10::TensorImpl& impl(Handle h) {
    TORCH_CHECK(h != nullptr, "a tensor is expected, but got none");
    return *h;
}

inline at::Tensor tensor(Handle h) {
    return borrow(&impl(h));
}

inline Handle own(at::Tensor t) noexcept {
    return t.defined() ? t.unsafeReleaseIntrusivePtr().release() : nullptr;
}

// Takes over a handle that its holder gives up.
inline at::Tensor adopt(Handle h) noexcept {
    return h == nullptr ? at::Tensor() : at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h));
}

inline std::vector<at::Tensor> borrow_all(const Handle* handles, int32_t n) {
    std::vector<at::Tensor> out;
    out.reserve(n);
    for (int32_t i = 0; i < n; i++) out.push_back(borrow(handles[i]));
    return out;
}

inline std::vector<at::Tensor> tensors(const Handle* handles, int32_t n) {
    std::vector<at::Tensor> out;
    out.reserve(n);
    for (int32_t i = 0; i < n; i++) out.push_back(tensor(handles[i]));
    return out;
}

// libtorch indexes tables by its enumerations without looking, so no number becomes one unseen.
at::ScalarType scalar_type(int64_t number);
c10::Device device(int64_t type, int64_t index);

}  // namespace ppl
