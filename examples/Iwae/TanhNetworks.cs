using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Iwae;

/// <summary>The networks of Burda, Grosse and Salakhutdinov (2016), section 5: tanh layers, Glorot's initialisation.</summary>
public static class TanhNetworks
{
    /// <summary>Two tanh layers: inputs - width - width.</summary>
    public static Module<Tensor, Tensor> TanhLayers(int inputs, int width) =>
        Glorot(Sequential(Linear(inputs, width), Tanh(), Linear(width, width), Tanh()));

    /// <summary>Two tanh layers and the logits of the pixels: inputs - width - width - pixels.</summary>
    /// <param name="inputs">Latents.</param>
    /// <param name="width">Units of each hidden layer.</param>
    /// <param name="meanPixels">Mean of each pixel over the training set: the output's first bias is its log-odds, as in the authors' code.</param>
    public static Module<Tensor, Tensor> PixelDecoder(int inputs, int width, Tensor meanPixels)
    {
        var output = Linear(width, meanPixels.shape[0]);
        var decoder = Glorot(Sequential(Linear(inputs, width), Tanh(), Linear(width, width), Tanh(), output));
        using (no_grad())
        {
            output.bias!.copy_(meanPixels.clamp(0.001, 0.999).logit());
        }

        return decoder;
    }

    private static Module<Tensor, Tensor> Glorot(Module<Tensor, Tensor> module)
    {
        Initialization.Glorot(module);
        return module;
    }
}
