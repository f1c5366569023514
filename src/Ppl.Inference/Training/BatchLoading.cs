using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Brings the CPU tensors of a data set to where the model is.</summary>
internal static class BatchLoading
{
    public static Batch OnDeviceOf(nn.Module model, Guide guide, Tensor[] columns)
    {
        if (model.parameters().FirstOrDefault()?.device is { type: not DeviceType.CPU } device)
            columns = Array.ConvertAll(columns, column => column.to(device));
        return guide.Batch(columns);
    }
}
