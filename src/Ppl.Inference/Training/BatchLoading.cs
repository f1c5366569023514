using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Brings the CPU tensors of a data set to where the model is. They are constants: a graph that they carry ends here.</summary>
internal static class BatchLoading
{
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="tensors">One tensor for each parameter of the model; null where an optional one is not known at all.</param>
    /// <param name="totals">N for each rows plate; those of the tensors when null.</param>
    /// <param name="rows">The numbers of the rows in the whole data.</param>
    public static Batch OnDeviceOf(nn.Module model, Guide guide, Tensor?[] tensors, long[]? totals, ReadOnlyMemory<int>? rows)
    {
        tensors = Array.ConvertAll(tensors, tensor => tensor is { requires_grad: true } ? tensor.detach() : tensor);
        if (DeviceOf(model) is { type: not DeviceType.CPU } device) tensors = Array.ConvertAll(tensors, tensor => tensor?.to(device));
        return guide.Batch(tensors, totals, rows);
    }

    /// <summary>Where the model's parameters are; the CPU where it has none.</summary>
    public static Device DeviceOf(nn.Module model) => model.parameters().FirstOrDefault()?.device ?? CPU;
}
