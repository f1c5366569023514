// Gradients, and functions whose forward and backward are managed code.
#include "ppl_torch.h"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <atomic>
#include <mutex>
#include <thread>

using namespace ppl;
namespace autograd = torch::autograd;

namespace {

// Gradients in (the callee's from then on), gradients out (the caller's; null for none). A negative result means that managed code
// threw; `fault` is then a GCHandle of the exception. `node` is a shared_ptr<ManagedNode>* that lives during the call, for ppl_node_saved.
using BackwardCallback =
    int32_t (*)(void* context, void* node, Handle* grads, int32_t count, Handle* results, int32_t capacity, void** fault);
// Frees a GCHandle.
using ReleaseCallback = void (*)(void* context);

// Runs one backward pass at a time, as libtorch's own nodes do: threads that walk the same graph wait for each other here. A pass that
// comes back to its own node would wait for itself.
class OneAtATime {
   public:
    OneAtATime(std::mutex& mutex, std::atomic<std::thread::id>& owner) : owner_(owner) {
        if (owner_ == std::this_thread::get_id()) throw std::runtime_error("the backward pass of a managed function runs itself");
        lock_ = std::unique_lock<std::mutex>(mutex);
        owner_ = std::this_thread::get_id();
    }
    ~OneAtATime() { owner_ = std::thread::id(); }

   private:
    std::atomic<std::thread::id>& owner_;
    std::unique_lock<std::mutex> lock_;
};

struct ManagedNode : public autograd::Node {
    BackwardCallback backward = nullptr;
    ReleaseCallback release = nullptr;
    void* context = nullptr;
    bool materialize = true;
    bool released = false;
    std::vector<autograd::SavedVariable> saved;
    std::vector<autograd::VariableInfo> outputs;
    std::atomic<std::thread::id> runner{};

    ~ManagedNode() override {
        release(context);
    }

    std::string name() const override {
        return "ManagedFunctionBackward";
    }

    void release_variables() override {
        std::lock_guard<std::mutex> lock(mutex_);
        saved.clear();
        released = true;
    }

    autograd::variable_list apply(autograd::variable_list&& inputs) override {
        const OneAtATime one(mutex_, runner);
        at::OptionalDeviceGuard guard;
        for (size_t i = 0; i < inputs.size(); i++)
            if (!inputs[i].defined() && materialize) inputs[i] = outputs[i].zeros(guard);
        auto self = std::static_pointer_cast<ManagedNode>(shared_from_this());
        std::vector<Handle> grads(inputs.size()), results(num_outputs(), nullptr);
        for (size_t i = 0; i < inputs.size(); i++) grads[i] = own(std::move(inputs[i]));
        void* fault = nullptr;
        const auto status = backward(context, &self, grads.data(), static_cast<int32_t>(grads.size()), results.data(),
                                     static_cast<int32_t>(results.size()), &fault);
        autograd::variable_list out;
        out.reserve(results.size());
        for (auto* h : results) out.push_back(adopt(h));
        if (status < 0) throw ManagedFault(std::shared_ptr<void>(fault, release));
        return out;
    }

    // The tensors kept by the forward pass. Only its backward pass asks, which holds the lock.
    autograd::variable_list unpack() {
        if (released) throw std::runtime_error(autograd::ERR_BACKWARD_TWICE);
        autograd::variable_list out;
        out.reserve(saved.size());
        for (const auto& s : saved) out.push_back(s.unpack(shared_from_this()));
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
    std::vector<c10::optional<at::Tensor>> outputs;
    for (const auto& t : raw) outputs.push_back(t.defined() ? c10::optional<at::Tensor>(t) : c10::nullopt);
    const autograd::_jvp_fn_t no_jvp = [](autograd::variable_list, autograd::variable_list) -> autograd::variable_list {
        throw std::runtime_error("forward-mode derivatives of managed functions are not supported");
    };
    const at::ArrayRef<c10::optional<at::Tensor>> view(outputs);
    autograd::variable_list result;
    for (auto& w : wrap_outputs(&autograd::_wrap_outputs, inputs, constant, dirty, view, node, no_jvp))
        result.push_back(w.has_value() ? std::move(*w) : at::Tensor());
    return result;
}

c10::optional<bool> maybe(int32_t flag) {
    return flag < 0 ? c10::optional<bool>() : c10::optional<bool>(flag != 0);
}

std::shared_ptr<ManagedNode>& node_of(void* handle) {
    TORCH_CHECK(handle != nullptr, "a node is expected, but got none");
    return *static_cast<std::shared_ptr<ManagedNode>*>(handle);
}

}  // namespace

PPL_ENTRY(int32_t, ppl_backward, const Handle* outputs, int32_t count, const Handle* grads, int32_t grad_count, int32_t retain, int32_t create,
          const Handle* inputs, int32_t input_count) {
    autograd::backward(tensors(outputs, count), borrow_all(grads, grad_count), maybe(retain), create != 0, tensors(inputs, input_count));
    return 0;
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_grad, const Handle* outputs, int32_t count, const Handle* inputs, int32_t input_count, const Handle* grads,
          int32_t grad_count, int32_t retain, int32_t create, int32_t allow_unused, Handle* results) {
    auto out = autograd::grad(tensors(outputs, count), tensors(inputs, input_count), borrow_all(grads, grad_count), maybe(retain), create != 0,
                              allow_unused != 0);
    for (size_t i = 0; i < out.size(); i++) results[i] = own(std::move(out[i]));
    return static_cast<int32_t>(out.size());
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_anomaly) {
    return (autograd::AnomalyMode::is_enabled() ? 1 : 0) | (autograd::AnomalyMode::should_check_nan() ? 2 : 0);
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_set_anomaly, int32_t enabled, int32_t check_nan) {
    autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0);
    return 0;
}
PPL_GUARD

// Makes the node of one application of a managed function; returns a shared_ptr<ManagedNode>* to be freed with ppl_node_release.
PPL_ENTRY(void*, ppl_node_new, BackwardCallback backward, ReleaseCallback release, void* context) {
    auto node = std::shared_ptr<ManagedNode>(new ManagedNode(), autograd::deleteNode);
    auto handle = std::make_unique<std::shared_ptr<ManagedNode>>(node);
    node->backward = backward;
    node->release = release;
    node->context = context;
    return handle.release();
}
PPL_GUARD

PPL_ENTRY(int32_t, ppl_node_release, void* handle) {
    delete &node_of(handle);
    return 0;
}
PPL_GUARD

// Connects the outputs of a forward pass to the graph and keeps what it saved. Returns 1 where gradients will be taken, 0 where not.
PPL_ENTRY(int32_t, ppl_node_connect, void* handle, const Handle* inputs, int32_t input_count, const Handle* outputs, int32_t output_count,
          const Handle* constant, int32_t constant_count, const Handle* dirty, int32_t dirty_count, const Handle* saved, int32_t saved_count,
          int32_t materialize, Handle* results) {
    auto& node = node_of(handle);
    const auto variables = tensors(inputs, input_count);
    const bool needed = c10::GradMode::is_enabled() && autograd::any_variable_requires_grad(variables);
    if (needed) node->set_next_edges(autograd::collect_next_edges(variables));
    node->clear_input_metadata();
    node->materialize = materialize != 0;
    const std::unordered_set<at::TensorImpl*> fixed(constant, constant + constant_count);
    std::unordered_set<at::TensorImpl*> changed;
    for (const auto& d : tensors(dirty, dirty_count)) {
        d.unsafeGetTensorImpl()->bump_version();
        changed.insert(d.unsafeGetTensorImpl());
    }
    auto wrapped = wrap(variables, fixed, changed, borrow_all(outputs, output_count), needed ? node : nullptr);
    if (needed) {
        for (const auto& w : wrapped) node->outputs.push_back(w.defined() ? autograd::VariableInfo(w) : autograd::VariableInfo());
        for (const auto& variable : borrow_all(saved, saved_count))
            node->saved.emplace_back(variable, variable.defined() && variable.grad_fn() == node);
    }
    for (size_t i = 0; i < wrapped.size(); i++) results[i] = own(std::move(wrapped[i]));
    return needed ? 1 : 0;
}
PPL_GUARD

// The tensors kept by the forward pass; only inside its backward pass. Returns their number; the results are written where there is room.
PPL_ENTRY(int32_t, ppl_node_saved, void* handle, Handle* results, int32_t capacity) {
    auto saved = node_of(handle)->unpack();
    const auto count = static_cast<int32_t>(saved.size());
    if (count <= capacity)
        for (int32_t i = 0; i < count; i++) results[i] = own(std::move(saved[i]));
    return count;
}
PPL_GUARD
