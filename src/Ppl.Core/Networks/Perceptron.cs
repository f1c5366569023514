using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Networks;

/// <summary>The default feature network: linear layers with rectified units.</summary>
internal static class Perceptron
{
    /// <summary>Makes one: its layers are 0, 2, 4, ...</summary>
    /// <param name="inputs">Numbers a row.</param>
    /// <param name="hidden">The sizes of the layers; at least one.</param>
    /// <param name="dtype">The parameters' dtype.</param>
    /// <param name="device">The parameters' device.</param>
    public static Module<Tensor, Tensor> Create(long inputs, IReadOnlyList<long> hidden, ScalarType dtype, Device device)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        foreach (var size in hidden)
        {
            layers.Add(Linear(inputs, size, device: device, dtype: dtype));
            layers.Add(ReLU());
            inputs = size;
        }

        return Sequential(layers);
    }
}
