using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>A gradient of finite numbers whose norm is none.</summary>
public sealed class GradientOverflowTests
{
    [Fact]
    public void The_bound_is_said_to_be_finite()
    {
        using var scope = NewDisposeScope();
        using var model = new FarMean();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo());
        var fault = Assert.Throws<NonFiniteException>(() => svi.Step(full([2], 1e19f)));
        Assert.StartsWith(
            "step 1: the gradient's square overflows, although the ELBO is finite, no update was made. The largest number is ", fault.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("in the gradient of 'z.head.free' of the guide.", fault.Message, StringComparison.Ordinal);
    }
}

/// <summary>A mean of data, whose gradient grows with them.</summary>
public sealed partial class FarMean : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var z = Sample(Normal(0, 1));
        using var data = Plate(x);
        Observe(x, Normal(z, 1));
    }
}
