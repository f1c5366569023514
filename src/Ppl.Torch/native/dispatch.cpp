// Calls any ATen operator through the dispatcher, boxed.
#include "ppl_torch.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

namespace {

using namespace ppl;
using c10::IValue;
using c10::TypeKind;

// What an argument of a schema wants, worked out once per operator.
enum class Want : uint8_t {
    Any, Float, IntList, FloatList, BoolList, TensorList, OptionalTensorList,
    // Integers to the interpreter, enumerations to the kernels, which look none of them up before they use them.
    ScalarType, Layout, MemoryFormat
};

struct Parameter {
    Want want = Want::Any;
    int32_t fixed_length = 0;  // int[2] takes a single integer for both
    bool has_default = false;
    bool optional = false;
    IValue fallback;
};

struct Operator {
    explicit Operator(c10::OperatorHandle h) : handle(std::move(h)) {}
    c10::OperatorHandle handle;
    std::vector<Parameter> parameters;
};

Want wanted(const c10::Argument& argument) {
    c10::TypePtr type = argument.real_type();
    if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
    switch (type->kind()) {
        case TypeKind::FloatType: return Want::Float;
        case TypeKind::ScalarTypeType: return Want::ScalarType;
        case TypeKind::LayoutType: return Want::Layout;
        case TypeKind::MemoryFormatType: return Want::MemoryFormat;
        default: break;
    }
    auto list = type->cast<c10::ListType>();
    if (!list) return Want::Any;
    const c10::TypePtr element = list->getElementType();
    if (element->kind() == TypeKind::OptionalType) return Want::OptionalTensorList;
    switch (element->kind()) {
        case TypeKind::FloatType: return Want::FloatList;
        case TypeKind::BoolType: return Want::BoolList;
        case TypeKind::TensorType: return Want::TensorList;
        default: return Want::IntList;
    }
}

[[noreturn]] void mismatch(const Operator& op, size_t index, const char* given) {
    const auto& argument = op.handle.schema().arguments()[index];
    throw std::invalid_argument(op.handle.schema().name() + "(): argument '" + argument.name() + "' must be " +
                                argument.type()->str() + (argument.N() ? " of length " + std::to_string(*argument.N()) : "") + ", not " +
                                given);
}

// Kernels read the elements of a list that the schema gives a length (int[3] output_size) without looking; so its length is checked
// here. One element stands for all; none is right where it is the default ("as the kernel size").
IValue int_list(const Operator& op, size_t index, const Arg& a) {
    const Parameter& p = op.parameters[index];
    const auto* v = static_cast<const int64_t*>(a.pointer);
    if (p.fixed_length > 1 && a.length != p.fixed_length) {
        if (a.length == 1) return IValue(std::vector<int64_t>(p.fixed_length, v[0]));
        const bool none = a.length == 0 && p.has_default && p.fallback.isIntList() && p.fallback.toIntVector().empty();
        if (!none)
            mismatch(op, index, ("a list of " + std::to_string(a.length)).c_str());
    }
    return IValue(std::vector<int64_t>(v, v + a.length));
}

IValue double_list(const Arg& a) {
    const auto* p = static_cast<const double*>(a.pointer);
    return IValue(std::vector<double>(p, p + a.length));
}

IValue tensor_list(const Operator& op, size_t index, const Arg& a) {
    auto* handles = static_cast<Handle*>(a.pointer);
    if (op.parameters[index].want == Want::OptionalTensorList) {
        c10::List<c10::optional<at::Tensor>> list;
        list.reserve(a.length);
        for (int32_t i = 0; i < a.length; i++) {
            c10::optional<at::Tensor> item;
            if (handles[i] != nullptr) item = borrow(handles[i]);
            list.push_back(std::move(item));
        }
        return IValue(std::move(list));
    }
    c10::List<at::Tensor> list;
    list.reserve(a.length);
    for (int32_t i = 0; i < a.length; i++) {
        if (handles[i] == nullptr) mismatch(op, index, ("a list with a null at " + std::to_string(i)).c_str());
        list.push_back(borrow(handles[i]));
    }
    return IValue(std::move(list));
}

void check_option(const Operator& op, size_t index, int64_t value, int64_t options) {
    if (value < 0 || value >= options) mismatch(op, index, std::to_string(value).c_str());
}

IValue integer(const Operator& op, size_t index, int64_t value) {
    const Parameter& p = op.parameters[index];
    switch (p.want) {
        case Want::Float: return IValue(static_cast<double>(value));
        case Want::IntList: return IValue(std::vector<int64_t>(p.fixed_length > 0 ? p.fixed_length : 1, value));
        case Want::ScalarType: scalar_type(value); break;
        case Want::Layout: check_option(op, index, value, static_cast<int64_t>(c10::Layout::NumOptions)); break;
        case Want::MemoryFormat: check_option(op, index, value, static_cast<int64_t>(c10::MemoryFormat::NumOptions)); break;
        default: break;
    }
    return IValue(value);
}

// Callers write null for "not given": where the operator has no such case its default is meant.
IValue missing(const Operator& op, size_t index) {
    const Parameter& p = op.parameters[index];
    if (p.optional) return IValue();
    if (!p.has_default) mismatch(op, index, "null");
    return p.fallback;
}

IValue convert(const Operator& op, size_t index, const Arg& a) {
    const Parameter& p = op.parameters[index];
    switch (a.tag) {
        case kNone: return missing(op, index);
        case kTensor: return a.pointer == nullptr ? missing(op, index) : IValue(borrow(static_cast<Handle>(a.pointer)));
        case kInt: return integer(op, index, a.integer);
        case kDouble:
            return p.want == Want::FloatList ? IValue(std::vector<double>(p.fixed_length > 0 ? p.fixed_length : 1, a.real)) : IValue(a.real);
        case kBool: return IValue(a.integer != 0);
        case kIntList: {
            if (p.want != Want::FloatList) return int_list(op, index, a);
            const auto* v = static_cast<const int64_t*>(a.pointer);
            return IValue(std::vector<double>(v, v + a.length));
        }
        case kDoubleList: return double_list(a);
        case kBoolList: {
            c10::List<bool> list;
            for (int32_t i = 0; i < a.length; i++) list.push_back(static_cast<const uint8_t*>(a.pointer)[i] != 0);
            return IValue(std::move(list));
        }
        case kTensorList:
        case kOptionalTensors: return tensor_list(op, index, a);
        case kComplex: {
            const auto* v = static_cast<const double*>(a.pointer);
            return IValue(c10::complex<double>(v[0], v[1]));
        }
        case kString: return IValue(std::string(static_cast<const char*>(a.pointer), a.length));
        case kDevice: return IValue(device(a.integer, a.length));
        case kGenerator:
            return a.pointer == nullptr ? missing(op, index)
                                        : IValue(at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(
                                              static_cast<c10::GeneratorImpl*>(a.pointer))));
        case kDefault:
            if (!p.has_default) mismatch(op, index, "missing");
            return p.fallback;
        default: mismatch(op, index, "of an unknown kind");
    }
}

void store_tensors(const c10::List<at::Tensor>& list, Arg& out) {
    auto* handles = new Handle[list.size() + 1];
    for (size_t i = 0; i < list.size(); i++) handles[i] = own(list.get(i));
    out.tag = kTensorList;
    out.pointer = handles;
    out.length = static_cast<int32_t>(list.size());
}

void store(IValue&& v, Arg& out) {
    static thread_local double complex_result[2];
    out.length = 0;
    if (v.isTensor()) {
        out.tag = kTensor;
        out.pointer = own(std::move(v).toTensor());
    } else if (v.isInt()) {
        out.tag = kInt;
        out.integer = v.toInt();
    } else if (v.isDouble()) {
        out.tag = kDouble;
        out.real = v.toDouble();
    } else if (v.isBool()) {
        out.tag = kBool;
        out.integer = v.toBool() ? 1 : 0;
    } else if (v.isTensorList()) {
        store_tensors(v.toTensorList(), out);
    } else if (v.isComplexDouble()) {
        complex_result[0] = v.toComplexDouble().real();
        complex_result[1] = v.toComplexDouble().imag();
        out.tag = kComplex;
        out.pointer = complex_result;
    } else {
        out.tag = kNone;
        out.integer = 0;
    }
}

}  // namespace

// The handle of an operator; it lives as long as the process.
PPL_ENTRY(void*, ppl_operator, const char* name, const char* overload) {
    auto op = std::make_unique<Operator>(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
    for (const auto& argument : op->handle.schema().arguments()) {
        Parameter p;
        p.want = wanted(argument);
        p.fixed_length = argument.N() ? static_cast<int32_t>(*argument.N()) : 0;
        p.has_default = argument.default_value().has_value();
        p.optional = argument.type()->kind() == TypeKind::OptionalType;
        if (p.has_default) p.fallback = *argument.default_value();
        op->parameters.push_back(std::move(p));
    }
    return op.release();
}
PPL_GUARD

// Calls the operator. Missing trailing arguments take the schema's defaults. Returns the number of results written.
PPL_ENTRY(int32_t, ppl_call, void* handle, const Arg* args, int32_t count, Arg* results, int32_t capacity) {
    TORCH_CHECK(handle != nullptr, "an operator is expected, but got none");
    const auto& op = *static_cast<Operator*>(handle);
    const size_t expected = op.parameters.size();
    if (static_cast<size_t>(count) > expected)
        throw std::invalid_argument(op.handle.schema().name() + "(): takes " + std::to_string(expected) + " arguments, not " +
                                    std::to_string(count));
    torch::jit::Stack stack;
    stack.reserve(std::max<size_t>(expected, 4));
    for (int32_t i = 0; i < count; i++) stack.push_back(convert(op, i, args[i]));
    for (size_t i = count; i < expected; i++) {
        if (!op.parameters[i].has_default) mismatch(op, i, "missing");
        stack.push_back(op.parameters[i].fallback);
    }
    op.handle.callBoxed(&stack);
    const auto produced = std::min<int32_t>(static_cast<int32_t>(stack.size()), capacity);
    for (int32_t i = 0; i < produced; i++) store(std::move(stack[i]), results[i]);
    return produced;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_list_free, Handle* list) {
    delete[] list;
    return 0;
}
PPL_GUARD
