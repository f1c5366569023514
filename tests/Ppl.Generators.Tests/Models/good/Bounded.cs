using System;
using Ppl;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Latents between bounds: the guide's head learns them from the model's distribution, as one for categories would learn their number.</summary>
public sealed partial class Bounded : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(2, 6);

    public Bounded() => RegisterComponents();

    /// <summary>KL of what both are made from, since the map to the interval is the same.</summary>
    [ClosedFormKl]
    public static Tensor Kl(LogitNormal q, LogitNormal p) => Divergence.Kl(q.Base, p.Base);

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(new LogitNormal(Normal(zeros(2), 1), -1, 3));
        var h = new Tensor[2];
        for (var i = 0; i < 2; i++) h[i] = Sample(new LogitNormal(Normal(zeros(2), 1), i, 10));
        Observe(x, Normal(decoder.call(z), 1));
        Observe(y, Normal(h[0] + h[1], 1));
    }
}

/// <summary>x = low + (high - low) sigmoid(u), u normal: log p(x) = log p(u) - log |dx/du|.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(LogitNormalHead))]
public sealed class LogitNormal(Normal normal, double low, double high) : Distribution
{
    public Normal Base => normal;

    public double Low => low;

    public double High => high;

    public override long[] Shape => normal.Shape;

    public override bool IsReparameterized => true;

    public override Tensor Mean => throw new NotSupportedException();

    public override Tensor Variance => throw new NotSupportedException();

    public override Tensor RSample(long[] sampleShape, Generator? generator) => (normal.RSample(sampleShape, generator).sigmoid() * (high - low)) + low;

    public override Tensor LogProb(Tensor value)
    {
        var unit = (value - low) / (high - low);
        return normal.LogProb(unit.logit()) - (unit * (1 - unit)).log() - Math.Log(high - low);
    }

    public override Tensor Entropy() => throw new NotSupportedException();

    public override LogitNormal With(Func<Tensor, Tensor> map) => new((Normal)normal.With(map), low, high);

    public override LogitNormal Map(Func<Tensor, int, Tensor> map, long[]? batch) => new((Normal)normal.Map(map, batch), low, high);

    public override LogitNormal Expand(params long[] sizes) => new((Normal)normal.Expand(sizes), low, high);

    public override ValueFault? FindParameterFault() => normal.FindParameterFault();

    public override ValueFault? FindValueFault(Tensor value) => null;
}

public sealed class LogitNormalHead() : LinearHead<LogitNormal>(nameof(LogitNormalHead))
{
    private (double Low, double High)? bounds;

    public override void Adapt(Distribution model)
    {
        var prior = (LogitNormal)model;
        bounds = (prior.Low, prior.High);
    }

    protected override long Outputs(System.Collections.Generic.IReadOnlyList<long> eventShape) => 2 * Count(eventShape);

    protected override LogitNormal Build(Tensor outputs)
    {
        var parts = outputs.chunk(2, -1);
        var (low, high) = bounds ?? throw new InvalidOperationException("The bounds are not known.");
        return new(Normal.FromLogScale(ToEvent(parts[0]), ToEvent(parts[1])), low, high);
    }
}
