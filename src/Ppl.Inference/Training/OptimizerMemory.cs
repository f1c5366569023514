using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// What the optimizers remember of each parameter between its steps, by the public fields of its states. It is listed when they are
/// made: once a parameter has been disposed of, as <c>model.to(...)</c> does, an optimizer cannot find its state any more.
/// </summary>
internal sealed class OptimizerMemory
{
    private readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    /// <summary>Null where one of the optimizers does not tell: it is not one of TorchSharp's.</summary>
    public static OptimizerMemory? Of(IEnumerable<optim.Optimizer> optimizers)
    {
        var memory = new OptimizerMemory();
        foreach (var optimizer in optimizers)
        {
            if (optimizer is not OptimizerHelper helper) return null;
            var (parameters, states) = (helper.parameters().ToList(), helper.state_dict().State);
            if (parameters.Count != states.Count) return null;
            foreach (var (parameter, state) in parameters.Zip(states)) memory.states[parameter] = state;
        }

        return memory;
    }

    /// <summary>Copies what is remembered of one parameter, in the type and to the device of another one that takes its place.</summary>
    /// <returns>False where nothing is remembered of either.</returns>
    public bool CopyTo(OptimizerMemory? other, Parameter from, Parameter to)
    {
        if (!states.TryGetValue(from, out var source) || other is null || !other.states.TryGetValue(to, out var target)) return false;
        using var grad = no_grad();
        foreach (var field in Fields(source))
        {
            var (value, old) = (field.GetValue(source), field.GetValue(target));
            if (value is Tensor tensor) value = Converted(tensor, to);
            field.SetValue(target, value);
            (old as Tensor)?.Dispose();
        }

        return true;
    }

    /// <summary>The tensors remembered of a parameter, with their names, such as <c>exp_avg</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> TensorsOf(Parameter parameter)
    {
        if (!states.TryGetValue(parameter, out var state)) yield break;
        foreach (var field in Fields(state))
        {
            if (field.GetValue(state) is Tensor tensor) yield return (field.Name, tensor);
        }
    }

    private static Tensor Converted(Tensor tensor, Parameter like) =>
        tensor.to(tensor.is_floating_point() ? like.dtype : tensor.dtype, like.device, copy: true).DetachFromDisposeScope();

    private static FieldInfo[] Fields(OptimizerState state) => state.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance);
}
