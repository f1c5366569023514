using Ppl.Distributions;
using Ppl.Flows;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Density;

/// <summary>Fits a flow to rows, measures it on others and draws pictures.</summary>
public static class Estimation
{
    private const int Side = 160;

    /// <summary>Runs.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="cancellation">Ends the fit after the step in progress.</param>
    public static IReadOnlyList<Finding> Run(Options options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Shortened();
        using var output = OutputFolder.Claim(options.Out);
        using var scope = NewDisposeScope();
        manual_seed(options.Seed);
        var source = Source.Open(options);
        Console.WriteLine($"{source.Name}: {source.Train.shape[0]} rows of {source.Train.shape[1]} numbers");
        var flow = Create(options.Flow ?? Usual(options.Set), source.Train.shape[1]);
        var fit = flow.Fit(source.Train, options.Epochs ?? (options.Set == DataSet.Oil ? 100 : 20), source.Valid, options: new FlowFitOptions
        {
            BatchSize = options.Smoke ? 50 : 200,
            LearningRate = options.Smoke ? 5e-3 : 2e-3,
            Seed = options.Seed,
            OnEpoch = Console.WriteLine,
            Cancellation = cancellation,
        });
        cancellation.ThrowIfCancellationRequested();
        Console.WriteLine(fit);
        flow.eval();
        using var grad = no_grad();
        if (source.Train.shape[1] == 2) Picture(flow, source, output.File("density.png"));
        return Measure(flow, source, options);
    }

    private static FlowKind Usual(DataSet set) => set switch
    {
        DataSet.Moons => FlowKind.Coupling,
        DataSet.Table => FlowKind.Splines,
        _ => FlowKind.Autoregressive,
    };

    private static Flow Create(FlowKind kind, long size) => kind switch
    {
        FlowKind.Coupling => Flow.Sequence(4, i => new Coupling(size, ElementMap.Spline(8, 4), hidden: [64, 64], isSwapped: i % 2 == 1)),
        FlowKind.Autoregressive => Flow.Sequence(
            5, i => Flow.Sequence(new MaskedAutoregressive(size, hidden: [64, 64], isReversed: i % 2 == 1), new BatchNormalization(size))),
        FlowKind.Splines => Flow.Sequence(
            3, i => new MaskedAutoregressive(size, ElementMap.Spline(8, 6), hidden: [64, 64], isReversed: i % 2 == 1)),
        _ => new BlockAutoregressive(size, [16, 16]).Inverted,
    };

    private static List<Finding> Measure(Flow flow, Source source, Options options)
    {
        var found = flow.Distribution().LogProb(source.Test);
        var covariance = source.Train.t().cov();
        var normal = new MultivariateNormal(source.Train.mean([0]), covariance: covariance).LogProb(source.Test);
        var rows = new List<Finding>
        {
            new("log-likelihood of test rows", Mean(found)), new("above a normal with the rows' covariance", Mean(found - normal)),
        };
        if (source.LogDensity is { } exact)
        {
            rows.Add(new("exact log-likelihood, minus the entropy", Mean(exact(source.Test))));

            // The difference on the same rows is an estimate of KL(p || q), which is 0 for the exact density; its error is below 0.01.
            double? most = options.Flow is not null ? null : options.Smoke ? 0.65 : options.Set == DataSet.Moons ? 0.05 : 0.15;
            rows.Add(new("below the exact one", Mean(exact(source.Test) - found), Least: -0.02, Most: most));
        }
        else rows[1] = rows[1] with { Least = options.Smoke ? 0 : 5 };

        return rows;

        static double Mean(Tensor numbers) => numbers.to(ScalarType.Float64).mean().item<double>();
    }

    /// <summary>The exact density beside the flow's, the brighter the higher.</summary>
    private static void Picture(Flow flow, Source source, string path)
    {
        var (x, y) = (linspace(-1.6, 2.6, Side), linspace(1.6, -1.1, Side));
        var points = stack([x.unsqueeze(0).expand(Side, Side), y.unsqueeze(1).expand(Side, Side)], -1).reshape(-1, 2);
        var densities = new[] { source.LogDensity!(points), flow.Distribution().LogProb(points) };
        var highest = densities[0].exp().max();
        var grid = new PictureGrid(Side, Side) { Title = $"{source.Name}: the exact density and the flow's" };
        grid.AddRow(null, stack(densities.Select(log => (log.exp() / highest).clamp(0, 1)), 0).flatten(1));
        grid.Save(path);
    }
}
