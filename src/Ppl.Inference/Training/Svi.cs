using Ppl.Contracts;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>Amortized stochastic variational inference: trains a model and its guide by the gradient of a bound.</summary>
/// <remarks>
/// <para>
/// Each step borrows torch's generator, in a state made from (seed, step), draws the guide's latents, takes the objective's gradient and lets the optimizer
/// update both sets of parameters. The same seed, data and initial weights give the same bits.
/// </para>
/// <para>
/// The optimizer is made at the first step, once the guide has sized its encoders from the data. Everything that a step makes is freed
/// at its end, except the numbers of <see cref="ObjectiveResult"/>, which live until the next step.
/// </para>
/// Source: Hoffman, Blei, Wang and Paisley 2013, arXiv:1206.7055; Kingma and Welling 2014, arXiv:1312.6114.
/// </remarks>
public sealed partial class Svi : IDisposable
{
    private readonly GenerativeModel model;
    private readonly Guide guide;
    private readonly Func<IEnumerable<Parameter>, Optimizer> makeOptimizer;
    private readonly SviSettings settings;
    private readonly ITrainingReporter reporter;
    private Objective objective;
    private Optimizer? optimizer;
    private lr_scheduler.LRScheduler? schedule;
    private readonly HashSet<string> told = [];
    private ObjectiveResult? last;
    private Objective? probed;
    private long step;
    private int epoch;

    /// <summary>Makes an engine. Nothing is drawn or trained yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">A guide of this model.</param>
    /// <param name="objective">The bound to raise.</param>
    /// <param name="optimizer">Makes the optimizer from all parameters; Adam with a rate of 1e-3 when left out.</param>
    /// <param name="settings">Seed, learning rate schedule, reporter.</param>
    /// <exception cref="ArgumentException">The guide was made for another model.</exception>
    /// <exception cref="PplArgumentException">The objective means nothing for these networks, such as batch norm over several particles.</exception>
    public Svi(
        GenerativeModel model,
        Guide guide,
        Objective objective,
        Func<IEnumerable<Parameter>, Optimizer>? optimizer = null,
        SviSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(objective);
        if (!ReferenceEquals(guide.Model, model))
            throw new ArgumentException($"the guide was made for another {guide.Plan.Model}: use model.CreateGuide()", nameof(guide));
        ObjectiveCheck.Run(objective, model, guide);
        (this.model, this.guide, this.objective) = (model, guide, objective);
        makeOptimizer = optimizer ?? (parameters => Adam(parameters, lr: 1e-3));
        this.settings = settings ?? new SviSettings();
        reporter = this.settings.Reporter ?? new TextReporter();
    }

    /// <summary>The bound to raise. See <see cref="SwitchObjective"/> for what a change in the middle of training keeps.</summary>
    public Objective Objective
    {
        get => objective;
        set => SwitchObjective(value);
    }

    /// <summary>The model.</summary>
    public GenerativeModel Model => model;

    /// <summary>The guide.</summary>
    public Guide Guide => guide;

    /// <summary>Steps taken since the parameters were created.</summary>
    public long Steps => step;

    /// <summary>Epochs completed.</summary>
    public int Epochs => epoch;

    /// <summary>The learning rate of the optimizer's first group of parameters; null before the first step.</summary>
    public double? LearningRate => optimizer?.ParamGroups.FirstOrDefault()?.LearningRate;

    /// <summary>Changes the objective. Networks are kept; so is the optimizer's state, unless asked otherwise. Reports what happened.</summary>
    /// <param name="objective">The bound to raise from now on.</param>
    /// <param name="resetOptimizer">
    /// Whether to make a new optimizer. Adam's moments are averages of the old bound's gradient: they fade within about 1 / (1 − β₂) steps,
    /// and their scale is usually near enough that keeping them is the smoother way.
    /// </param>
    /// <exception cref="PplArgumentException">The objective means nothing for these networks; the old one stays.</exception>
    public void SwitchObjective(Objective objective, bool resetOptimizer = false)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ObjectiveCheck.Run(objective, model, guide);
        var from = this.objective;
        this.objective = objective;
        if (from != objective) totals = EpochTotals.Empty;
        if (optimizer is null)
        {
            if (from != objective) reporter.Message($"objective: {from} -> {objective}");
            return;
        }

        var name = optimizer.GetType().Name;
        if (resetOptimizer)
        {
            optimizer.Dispose();
            (optimizer, schedule) = (null, null);
            CreateOptimizer();
            AdvanceSchedule(settings.ScheduleUnit == ScheduleUnit.Epoch ? epoch : step);
            reporter.Message($"objective: {from} -> {objective}; {name} starts anew, networks kept");
        }
        else
        {
            reporter.Message($"objective: {from} -> {objective}; networks and {name} state kept (its averages are of the old bound's gradient)");
        }
    }

    /// <summary>One step on one batch.</summary>
    /// <param name="data">One tensor for each parameter of the model, in order; the caller keeps them.</param>
    /// <returns>The bound before the update. It belongs to this engine and is freed at its next step.</returns>
    /// <exception cref="NonFiniteException">The bound is NaN or infinite: the parameters are those of before the step.</exception>
    public ObjectiveResult Step(params IReadOnlyList<Tensor> data) => Step(guide.Batch(data));

    /// <summary>One step on one batch.</summary>
    /// <param name="batch">The data; the caller keeps it.</param>
    /// <returns>The bound before the update. It belongs to this engine and is freed at its next step.</returns>
    /// <exception cref="NonFiniteException">The bound is NaN or infinite: the parameters are those of before the step.</exception>
    public ObjectiveResult Step(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (optimizer is null) Prepare(batch);
        ProbeNetworks(batch);
        last?.Dispose();
        last = null;

        using var scope = NewDisposeScope();
        model.zero_grad();
        guide.zero_grad();
        using (var noise = StepSeed.Begin(settings.Seed, StepSeed.Purpose.Training, step, batch.Device))
        {
            last = objective.Accumulate(guide, batch);
            if (!double.IsFinite(last.Bound))
            {
                noise.Restart();
                throw NonFiniteStep.Diagnose(guide, objective, batch, step + 1, lastCheckpoint);
            }
        }

        optimizer!.step();
        step++;
        if (settings.ScheduleUnit == ScheduleUnit.Step) schedule?.step();
        return last;
    }

    /// <summary>Frees the optimizer's state. The model and the guide stay the caller's.</summary>
    public void Dispose()
    {
        last?.Dispose();
        last = null;
        optimizer?.Dispose();
        optimizer = null;
    }

    /// <summary>Sizes the guide's encoders from a batch and makes the optimizer, if that has not happened yet.</summary>
    private void Prepare(Batch batch)
    {
        RememberColumns(batch);
        guide.Prepare(batch);
        if (optimizer is null) CreateOptimizer();
    }

    private void CreateOptimizer()
    {
        var parameters = Parameters();
        if (parameters.Count == 0) throw new PplArgumentException($"{guide.Plan.Model} and its guide have no parameters to train.");
        var made = makeOptimizer(parameters);
        if (made is LBFGS)
        {
            made.Dispose();
            throw new PplArgumentException(
                "LBFGS evaluates its loss several times a step, which needs a loss without noise: use Adam or another first-order method.");
        }

        (optimizer, schedule) = (made, settings.Schedule?.Invoke(made));
    }

    // By reference: tensors of equal values, such as two biases of zeros, are equal.
    private List<Parameter> Parameters() =>
        [.. model.parameters().Concat(guide.parameters()).Where(p => p.requires_grad)
            .Distinct(ReferenceEqualityComparer.Instance).Cast<Parameter>()];

    private void AdvanceSchedule(long times)
    {
        for (var i = 0L; i < times; i++) schedule?.step();
    }

    /// <summary>What types do not show of the networks, once for each objective.</summary>
    private void ProbeNetworks(Batch batch)
    {
        if (ReferenceEquals(probed, objective)) return;
        using var noise = StepSeed.Begin(settings.Seed, StepSeed.Purpose.Preparation, step, batch.Device);
        NetworkProbe.Run(objective, guide, batch, noise);
        probed = objective;
    }

    /// <summary>Says a sentence to the user, once.</summary>
    private void Tell(string text)
    {
        if (told.Add(text)) reporter.Message(text);
    }
}
