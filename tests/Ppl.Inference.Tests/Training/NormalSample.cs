using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.Training;

/// <summary>x ~ N(mean, exp(logScale)²) in double precision: observed only, so that the bound has no noise and is log p(x).</summary>
internal sealed partial class NormalSample : GenerativeModel
{
    private readonly Parameter mean = new(zeros([3], ScalarType.Float64));
    private readonly Parameter logScale = new(zeros([3], ScalarType.Float64));

    public NormalSample() => RegisterComponents();

    public Parameter Mean => mean;

    public Parameter LogScale => logScale;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Observe(x, Normal(mean, logScale.exp()));
    }
}
