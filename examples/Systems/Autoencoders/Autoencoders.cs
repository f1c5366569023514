using Ppl.Distributions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;

namespace Ppl.Examples.Systems;

/// <summary>
/// An autoencoder: a code without a prior, so that with a guide of one point the bound is the log-likelihood of the reconstruction.
/// </summary>
public sealed partial class Autoencoder : GenerativeModel
{
    private readonly int codes;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="codes">The dimension of the code.</param>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="depth">Hidden layers.</param>
    public Autoencoder(int codes, long pixels, int hidden = 400, int depth = 1)
    {
        this.codes = codes;
        decoder = Sequential(Layers.Rectified(codes, hidden, depth), Linear(hidden, pixels));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(ImproperUniform(Constraint.Real).Expand(codes));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}

/// <summary>A linear autoencoder under squared error: its columns span the plane of PCA (Baldi and Hornik 1989).</summary>
public sealed partial class LinearAutoencoder : GenerativeModel
{
    private readonly int codes;
    private readonly Linear decoder;

    /// <summary>Random weights.</summary>
    /// <param name="codes">The dimension of the code.</param>
    /// <param name="size">The dimension of x.</param>
    public LinearAutoencoder(int codes, long size)
    {
        this.codes = codes;
        decoder = Linear(codes, size);
        RegisterComponents();
    }

    /// <summary>The columns that span the reconstructions.</summary>
    public Tensor Columns => decoder.weight!.detach();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(ImproperUniform(Constraint.Real).Expand(codes));
        Observe(x, Normal(decoder.call(z), 1));
    }
}
