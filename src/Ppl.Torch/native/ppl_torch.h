// The C ABI between Ppl.Torch (C#) and libtorch. See docs/torch.md.
//
// A tensor handle is a TensorImpl* that owns one reference. Every function that can fail returns a negative number (or null) and
// leaves libtorch's message in ppl_last_error(); no C++ exception ever crosses this boundary.
#pragma once
#include <ATen/ATen.h>
#include <cstdint>
#include <string>
#include <vector>

#define PPL_API extern "C" __attribute__((visibility("default")))

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

void set_error(const std::exception& e);
void set_error(const char* message);

inline at::Tensor borrow(Handle h) {
    return h == nullptr ? at::Tensor()
                        : at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(h));
}

inline Handle own(at::Tensor t) {
    return t.defined() ? t.unsafeReleaseIntrusivePtr().release() : nullptr;
}

inline std::vector<at::Tensor> borrow_all(Handle* handles, int32_t n) {
    std::vector<at::Tensor> out;
    out.reserve(n);
    for (int32_t i = 0; i < n; i++) out.push_back(borrow(handles[i]));
    return out;
}

// Runs the body and turns any exception into `failure` plus a message.
template <typename T, typename Body>
inline T guarded(T failure, Body&& body) {
    try {
        return body();
    } catch (const std::exception& e) {
        set_error(e);
    } catch (...) {
        set_error("unknown native fault");
    }
    return failure;
}

}  // namespace ppl
