// Gradients, and functions whose forward and backward are managed code.
#include "ppl_torch.h"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

using namespace ppl;
namespace autograd = torch::autograd;

namespace {

// Gradients in, gradients out (owned by the caller; null for none). A negative result means that managed code threw.
// `node` is a shared_ptr<ManagedNode>* that lives during the call, for ppl_node_saved.
using BackwardCallback = int32_t (*)(void* context, void* node, Handle* grads, int32_t count, Handle* results, int32_t capacity);
using ReleaseCallback = void (*)(void* context);

struct ManagedNode : public autograd::Node {
    BackwardCallback backward = nullptr;
    ReleaseCallback release = nullptr;
    void* context = nullptr;
    bool materialize = true;
    bool released = false;
    std::vector<autograd::SavedVariable> saved;
    std::vector<autograd::VariableInfo> outputs;

    ~ManagedNode() override {
        release(context);
    }

    std::string name() const override {
        return "ManagedFunctionBackward";
    }

    void release_variables() override {
        saved.clear();
        released = true;
    }

    autograd::variable_list apply(autograd::variable_list&& inputs) override {
        std::vector<Handle> grads;
        grads.reserve(inputs.size());
        at::OptionalDeviceGuard guard;
        for (size_t i = 0; i < inputs.size(); i++) {
            if (!inputs[i].defined() && materialize) inputs[i] = outputs[i].zeros(guard);
            grads.push_back(inputs[i].defined() ? own(inputs[i]) : nullptr);
        }
        std::vector<Handle> results(num_outputs(), nullptr);
        // The callback owns `grads` from here on.
        auto self = std::static_pointer_cast<ManagedNode>(shared_from_this());
        if (backward(context, &self, grads.data(), static_cast<int32_t>(grads.size()), results.data(),
                     static_cast<int32_t>(results.size())) < 0)
            throw std::runtime_error("a managed backward function threw an exception");
        autograd::variable_list out;
        out.reserve(results.size());
        for (auto* h : results)
            out.push_back(h == nullptr ? at::Tensor()
                                       : at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h)));
        return out;
    }
};

// libtorch has let this function grow: six parameters in 1.13, eight or nine in 2.x. The form that compiles is the one it has.
template <typename Function, typename... Base>
std::vector<c10::optional<at::Tensor>> wrap_outputs(Function* function, const Base&... base) {
    const std::unordered_set<at::TensorImpl*> none;
    const std::function<at::Tensor(at::Tensor)> view_as_self = [](at::Tensor x) { return x.view_as(x); };
    if constexpr (std::is_invocable_v<Function*, const Base&...>)
        return function(base...);
    else if constexpr (std::is_invocable_v<Function*, const Base&..., decltype(none), decltype(view_as_self)>)
        return function(base..., none, view_as_self);
    else
        return function(base..., none, view_as_self, false);
}

autograd::variable_list wrap(
    const autograd::variable_list& inputs,
    const std::unordered_set<at::TensorImpl*>& constant,
    const std::unordered_set<at::TensorImpl*>& dirty,
    const std::vector<at::Tensor>& raw,
    const std::shared_ptr<autograd::Node>& node) {
    const std::vector<c10::optional<at::Tensor>> outputs(raw.begin(), raw.end());
    const autograd::_jvp_fn_t no_jvp = [](autograd::variable_list, autograd::variable_list) -> autograd::variable_list {
        throw std::runtime_error("forward-mode derivatives of managed functions are not supported");
    };
    const at::ArrayRef<c10::optional<at::Tensor>> view(outputs);
    autograd::variable_list result;
    for (auto& w : wrap_outputs(&autograd::_wrap_outputs, inputs, constant, dirty, view, node, no_jvp))
        result.push_back(w.has_value() ? std::move(*w) : at::Tensor());
    return result;
}

}  // namespace

PPL_API int32_t ppl_backward(
    Handle* tensors, int32_t count, Handle* grads, int32_t grad_count, int32_t retain, int32_t create, Handle* inputs, int32_t input_count) {
    return guarded<int32_t>(-1, [&] {
        autograd::backward(borrow_all(tensors, count), borrow_all(grads, grad_count),
                           retain < 0 ? c10::optional<bool>() : c10::optional<bool>(retain != 0), create != 0, borrow_all(inputs, input_count));
        return 0;
    });
}

PPL_API int32_t ppl_grad(
    Handle* outputs, int32_t count, Handle* inputs, int32_t input_count, Handle* grads, int32_t grad_count, int32_t retain, int32_t create,
    int32_t allow_unused, Handle* results) {
    return guarded<int32_t>(-1, [&] {
        auto out = autograd::grad(borrow_all(outputs, count), borrow_all(inputs, input_count), borrow_all(grads, grad_count),
                                  retain < 0 ? c10::optional<bool>() : c10::optional<bool>(retain != 0), create != 0, allow_unused != 0);
        for (size_t i = 0; i < out.size(); i++) results[i] = own(std::move(out[i]));
        return static_cast<int32_t>(out.size());
    });
}

PPL_API int32_t ppl_anomaly() {
    return (autograd::AnomalyMode::is_enabled() ? 1 : 0) | (autograd::AnomalyMode::should_check_nan() ? 2 : 0);
}

PPL_API void ppl_set_anomaly(int32_t enabled, int32_t check_nan) {
    autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0);
}

// Makes the node of one application of a managed function; returns a shared_ptr<ManagedNode>* to be freed with ppl_node_release.
PPL_API void* ppl_node_new(BackwardCallback backward, ReleaseCallback release, void* context) {
    return guarded<void*>(nullptr, [&]() -> void* {
        auto node = std::shared_ptr<ManagedNode>(new ManagedNode(), autograd::deleteNode);
        node->backward = backward;
        node->release = release;
        node->context = context;
        return new std::shared_ptr<ManagedNode>(std::move(node));
    });
}

PPL_API void ppl_node_release(void* node) {
    delete static_cast<std::shared_ptr<ManagedNode>*>(node);
}

// Connects the outputs of a forward pass to the graph and keeps what it saved. Returns 1 where gradients will be taken, 0 where not.
PPL_API int32_t ppl_node_connect(
    void* handle, Handle* inputs, int32_t input_count, Handle* outputs, int32_t output_count, Handle* constant, int32_t constant_count,
    Handle* dirty, int32_t dirty_count, Handle* saved, int32_t saved_count, int32_t materialize, Handle* results) {
    return guarded<int32_t>(-1, [&] {
        auto& node = *static_cast<std::shared_ptr<ManagedNode>*>(handle);
        const auto variables = borrow_all(inputs, input_count);
        const bool needed = c10::GradMode::is_enabled() && autograd::any_variable_requires_grad(variables);
        if (needed) node->set_next_edges(autograd::collect_next_edges(variables));
        node->clear_input_metadata();
        node->materialize = materialize != 0;
        const std::unordered_set<at::TensorImpl*> fixed(constant, constant + constant_count);
        std::unordered_set<at::TensorImpl*> changed(dirty, dirty + dirty_count);
        for (auto* d : changed) d->bump_version();
        auto wrapped = wrap(variables, fixed, changed, borrow_all(outputs, output_count), needed ? node : nullptr);
        if (needed) {
            for (const auto& w : wrapped) node->outputs.emplace_back(w);
            for (int32_t i = 0; i < saved_count; i++) {
                const auto variable = borrow(saved[i]);
                node->saved.emplace_back(variable, variable.defined() && variable.grad_fn() == node);
            }
        }
        for (size_t i = 0; i < wrapped.size(); i++) results[i] = own(std::move(wrapped[i]));
        return needed ? 1 : 0;
    });
}

// The tensors kept by the forward pass; only inside its backward. Returns their number.
PPL_API int32_t ppl_node_saved(void* handle, Handle* results, int32_t capacity) {
    return guarded<int32_t>(-1, [&] {
        auto& node = *static_cast<std::shared_ptr<ManagedNode>*>(handle);
        if (node->released) throw std::runtime_error(autograd::ERR_BACKWARD_TWICE);
        const auto count = static_cast<int32_t>(node->saved.size());
        for (int32_t i = 0; i < std::min(count, capacity); i++) results[i] = own(node->saved[i].unpack(node));
        return count;
    });
}
