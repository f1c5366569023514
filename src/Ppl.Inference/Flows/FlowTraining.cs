using Ppl.Flows;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Density estimation by a flow on its own.</summary>
public static class FlowTraining
{
    private const double LastRate = 0.01;

    /// <summary>Fits a flow to rows by maximum likelihood: Adam on −mean log p(x), with the rows in a new order in each epoch.</summary>
    /// <remarks>
    /// With held-out rows the flow ends with the weights of the epoch that was best on them. A flow among other things, with latents, is a
    /// <c>[Model]</c> and is trained by <see cref="Svi"/>.
    /// </remarks>
    /// <param name="flow">The flow, whose weights have the rows' type and device. It trains during steps, and is then as it was.</param>
    /// <param name="rows">[N, D], finite.</param>
    /// <param name="epochs">How often all rows are seen: at least 1.</param>
    /// <param name="heldOut">[M, D]: rows to choose an epoch by; none when null.</param>
    /// <param name="context">[N, C]: what each row is conditional on; for a flow with a context.</param>
    /// <param name="heldOutContext">[M, C].</param>
    /// <param name="options">Rates, batches and seed.</param>
    /// <exception cref="PplShapeException">The rows are not those of the flow, or contexts not of the rows.</exception>
    /// <exception cref="PplArgumentException">Rows or contexts are of another type than the weights, or an option is outside its domain.</exception>
    /// <exception cref="NonFiniteException">A row, a context, a log-likelihood or a gradient is no finite number.</exception>
    public static FlowFit Fit(
        this Flow flow, Tensor rows, int epochs, Tensor? heldOut = null, Tensor? context = null, Tensor? heldOutContext = null,
        FlowFitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        options ??= new FlowFitOptions();
        using var scope = NewDisposeScope();
        Check(options);
        Check(flow, rows, context, "rows");
        if (heldOut is not null) Check(flow, heldOut, heldOutContext, "held-out rows");
        var training = flow.training;
        using var optimizer = optim.Adam(flow.parameters(), lr: options.LearningRate);
        using var order = new Generator((ulong)options.Seed, rows.device);
        var (done, best, weights) = (new List<FlowEpoch>(), (FlowEpoch?)null, (Dictionary<string, Tensor>?)null);
        try
        {
            for (var epoch = 1; epoch <= epochs && !options.Cancellation.IsCancellationRequested; epoch++)
            {
                var place = (epoch - 1.0) / epochs;
                foreach (var group in optimizer.ParamGroups)
                    group.LearningRate = options.LearningRate * (LastRate + ((1 - LastRate) * 0.5 * (1 + Math.Cos(Math.PI * place))));
                flow.train();
                var mean = Epoch(flow, rows, context, optimizer, order, options);
                var report = new FlowEpoch(epoch, mean, heldOut is null ? null : Score(flow, heldOut, heldOutContext, options.BatchSize));
                done.Add(report);
                options.OnEpoch?.Invoke(report);
                if (heldOut is null || !(best is null || report.HeldOut > best.HeldOut)) continue;
                (best, weights) = (report, Copy(flow));
            }
        }
        finally
        {
            flow.train(training);
        }

        if (done.Count == 0) throw new OperationCanceledException(options.Cancellation);
        if (weights is not null) Restore(flow, weights);
        return new FlowFit(done, best ?? done[^1]);
    }

    /// <summary>The mean log-likelihood of the steps of an epoch.</summary>
    private static double Epoch(
        Flow flow, Tensor rows, Tensor? context, optim.Optimizer optimizer, Generator order, FlowFitOptions options)
    {
        using var scope = NewDisposeScope();
        var count = rows.shape[0];
        var numbers = randperm(count, device: rows.device, generator: order);
        var (sum, seen) = (0.0, 0L);
        for (long start = 0; start < count && !options.Cancellation.IsCancellationRequested; start += options.BatchSize)
        {
            // One row that is left over has no statistics: it has another place in the next epoch.
            var size = Math.Min(options.BatchSize, count - start);
            if (size < 2 && seen > 0) break;
            using var step = NewDisposeScope();
            var chosen = numbers.narrow(0, start, size);
            var loss = -flow.Distribution(context?.index_select(0, chosen)).LogProb(rows.index_select(0, chosen)).mean();
            var value = loss.detach().to(ScalarType.Float64).ToDouble();
            RequireFinite(value, "log-likelihood");
            optimizer.zero_grad();
            loss.backward();
            RequireFinite(nn.utils.clip_grad_norm_(flow.parameters(), options.MaxGradientNorm), "norm of the gradient");
            optimizer.step();
            sum -= value * size;
            seen += size;
        }

        return sum / Math.Max(1, seen);
    }

    /// <summary>The mean log-likelihood of rows, without moving anything.</summary>
    private static double Score(Flow flow, Tensor rows, Tensor? context, int batchSize)
    {
        flow.eval();
        using var grad = no_grad();
        var sum = 0.0;
        for (long start = 0; start < rows.shape[0]; start += 10 * batchSize)
        {
            using var scope = NewDisposeScope();
            var size = Math.Min(10 * batchSize, rows.shape[0] - start);
            var density = flow.Distribution(context?.narrow(0, start, size)).LogProb(rows.narrow(0, start, size));
            sum += density.to(ScalarType.Float64).sum().ToDouble();
        }

        return sum / rows.shape[0];
    }

    private static Dictionary<string, Tensor> Copy(Flow flow)
    {
        using var grad = no_grad();
        return State(flow).ToDictionary(pair => pair.Name, pair => pair.Tensor.detach().clone());
    }

    private static void Restore(Flow flow, Dictionary<string, Tensor> weights)
    {
        using var grad = no_grad();
        foreach (var (name, tensor) in State(flow)) tensor.copy_(weights[name]);
    }

    private static IEnumerable<(string Name, Tensor Tensor)> State(Flow flow) =>
        flow.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(flow.named_buffers().Select(b => (b.name, b.buffer)));

    private static void Check(FlowFitOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 2, "options.BatchSize");
        if (!(options.LearningRate > 0 && double.IsFinite(options.LearningRate)))
            throw new PplArgumentException($"a learning rate is a finite number above 0; {options.LearningRate} is not.");
        if (!(options.MaxGradientNorm > 0))
            throw new PplArgumentException($"the norm of a gradient is bounded above 0; {options.MaxGradientNorm} is not.");
    }

    private static void Check(Flow flow, Tensor rows, Tensor? context, string name)
    {
        if (rows.dim() != 2 || rows.shape[1] != flow.Size || rows.shape[0] < 2)
            throw new PplShapeException($"{flow} is fitted to at least two {name} of {flow.Size} numbers; found {ShapeText.Of(rows.shape)}.");
        var found = context is null ? "none" : ShapeText.Of(context.shape);
        var needed = flow.ContextSize == 0 ? "none" : ShapeText.Of([rows.shape[0], flow.ContextSize]);
        if (found != needed)
        {
            throw new PplShapeException(flow.ContextSize == 0
                ? $"{flow} takes no context; the {name} came with one of shape {found}."
                : $"{flow} needs a context of shape {needed} with the {name}; found {found}.");
        }

        CheckNumbers(flow, rows, name);
        if (context is not null) CheckNumbers(flow, context, $"contexts of the {name}");
    }

    /// <summary>Numbers that go into the flow have the type of its weights, and are finite.</summary>
    private static void CheckNumbers(Flow flow, Tensor numbers, string name)
    {
        if (flow.parameters().FirstOrDefault()?.dtype is { } type && type != numbers.dtype)
        {
            var other = is_floating_point(numbers) ? $", or call flow.to(ScalarType.{numbers.dtype})" : "";
            throw new PplArgumentException(
                $"the weights of {flow} are {type}, the {name} {numbers.dtype}: give .to(ScalarType.{type}) of them{other}.");
        }

        if (ValueCheck.Finite(numbers, name, $"flow.Fit needs {name} of finite numbers") is { } fault) throw fault.ToException();
    }

    private static void RequireFinite(double value, string name)
    {
        if (double.IsFinite(value)) return;
        throw new NonFiniteException($"the {name} of a step is {value}: take a smaller learning rate, or look at the rows.");
    }
}
