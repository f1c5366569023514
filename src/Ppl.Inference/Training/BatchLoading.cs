using Ppl.Contracts;
using Ppl.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Brings the CPU tensors of a data set to where the model is. They are constants: a graph that they carry ends here.</summary>
internal static class BatchLoading
{
    public static Batch OnDeviceOf(nn.Module model, Guide guide, Minibatch rows) => OnDeviceOf(model, guide, rows, rows.Load());

    public static Batch OnDeviceOf(nn.Module model, Guide guide, Minibatch rows, Tensor[] columns)
    {
        columns = Array.ConvertAll(columns, column => column.requires_grad ? column.detach() : column);
        if (DeviceOf(model) is { type: not DeviceType.CPU } device) columns = Array.ConvertAll(columns, column => column.to(device));
        return guide.Batch(columns, [rows.DatasetCount], rows.Rows);
    }

    /// <summary>Where the model's parameters are; the CPU where it has none.</summary>
    public static Device DeviceOf(nn.Module model) => model.parameters().FirstOrDefault()?.device ?? CPU;
}
