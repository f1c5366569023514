using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), path ~ Normal(decoder(features(frame), z), σ² I): futures of a frame, as Walker et al. (2016) have them.</summary>
public sealed partial class FuturePaths : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> features;
    private readonly Module<Tensor, Tensor> decoder;
    private readonly Parameter logScale = Parameter(tensor(-2f));

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="pixels">Those of a frame.</param>
    /// <param name="numbers">Those of a path.</param>
    /// <param name="units">Units of each hidden layer.</param>
    public FuturePaths(int latents, long pixels, long numbers, int units)
    {
        this.latents = latents;
        features = Sequential(Linear(pixels, units), ReLU(), Linear(units, units), ReLU());
        decoder = Sequential(Linear(units + latents, units), ReLU(), Linear(units, units), ReLU(), Linear(units, numbers));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor path, Tensor frame)
    {
        using var scene = Plate(path, frame);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(path, Normal(decoder.call(cat([features.call(frame), z], -1)), logScale: logScale));
    }
}

/// <summary>path ~ Normal(network(frame), σ² I): regression, which knows one future.</summary>
public sealed partial class MeanPath : GenerativeModel
{
    private readonly Module<Tensor, Tensor> network;
    private readonly Parameter logScale = Parameter(tensor(-2f));

    /// <summary>Random weights.</summary>
    /// <param name="pixels">Those of a frame.</param>
    /// <param name="numbers">Those of a path.</param>
    /// <param name="units">Units of each hidden layer.</param>
    public MeanPath(long pixels, long numbers, int units)
    {
        network = Sequential(Linear(pixels, units), ReLU(), Linear(units, units), ReLU(), Linear(units, units), ReLU(), Linear(units, numbers));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor path, Tensor frame)
    {
        using var scene = Plate(path, frame);
        Observe(path, Normal(network.call(frame), logScale: logScale));
    }
}
