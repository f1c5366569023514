using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>A family without anything but a shape, for checks that look no further than at its attribute.</summary>
internal abstract class BareFamily : Distribution
{
    public override long[] Shape => [];

    public override bool IsReparameterized => false;

    public override Tensor Mean => throw new NotSupportedException();

    public override Tensor Variance => throw new NotSupportedException();

    public override Tensor LogProb(Tensor value) => throw new NotSupportedException();

    public override Tensor Entropy() => throw new NotSupportedException();

    public override Distribution With(Func<Tensor, Tensor> map) => this;

    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => this;

    public override Distribution Expand(params long[] sizes) => this;

    public override ValueFault? FindParameterFault() => null;

    public override ValueFault? FindValueFault(Tensor value) => null;
}
