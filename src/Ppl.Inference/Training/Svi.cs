using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>Amortized stochastic variational inference: trains a model and its guide by the gradient of a bound.</summary>
/// <remarks>
/// <para>
/// Each step borrows torch's generator, in a state made from (seed, step), draws the guide's latents, takes the objective's gradient and
/// lets the optimizer update both sets of parameters. The same seed, data and initial weights give the same bits.
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
    private readonly TrainedNetworks networks;
    private Objective objective;
    private ObjectiveState objectiveState;
    private ParameterUpdater? updater;
    private NormStatistics? norms;
    private IReadOnlyList<ObjectiveResult> last = [];
    private long step;
    private int epoch;
    private readonly HashSet<string> told = [];

    // The objectives that the networks were tried under, each with the plates that had one row then.
    private readonly Dictionary<Objective, HashSet<string>> probed = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes an engine. Nothing is drawn or trained yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">A guide of this model.</param>
    /// <param name="objective">The bound to raise.</param>
    /// <param name="optimizer">
    /// Makes the optimizer of the parameters that it is given, a new one at each call; Adam with a rate of 1e-3 when left out. These are all
    /// that is in none of <see cref="SviSettings.Groups"/>. An optimizer of some of them trains that part: the others keep their values, and
    /// their gradients are neither checked nor clipped.
    /// </param>
    /// <param name="settings">Seed, learning rate schedule, parameter groups, phases, reporter.</param>
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
        this.settings = settings ?? new SviSettings();
        this.settings.Check();
        CheckObjectives(model, guide, objective, this.settings);
        (this.model, this.guide, this.objective, objectiveState) = (model, guide, objective, objective.InitialState);
        networks = new TrainedNetworks(model, guide, () => this.objective);
        makeOptimizer = optimizer ?? (parameters => Adam(parameters, lr: 1e-3));
        average = this.settings.Average is { } kind ? new AveragedWeights(kind) : null;
        reporter = this.settings.Reporter ?? new TextReporter();
    }

    /// <summary>The bound to raise. See <see cref="SwitchObjective"/> for what a change in the middle of training keeps.</summary>
    public Objective Objective
    {
        get => objective;
        set => SwitchObjective(value);
    }

    /// <summary>What the objective remembers after the last step, by the names of <see cref="Inference.ObjectiveState"/>: empty for most.</summary>
    public ObjectiveState ObjectiveState => objectiveState;

    /// <summary>The model.</summary>
    public GenerativeModel Model => model;

    /// <summary>The guide.</summary>
    public Guide Guide => guide;

    /// <summary>Steps taken since the parameters were created.</summary>
    public long Steps => step;

    /// <summary>Epochs completed.</summary>
    public int Epochs => epoch;

    /// <summary>The learning rate of the first group of parameters; null before the first step.</summary>
    public double? LearningRate => updater?.Optimizers.First().ParamGroups.FirstOrDefault()?.LearningRate;

    /// <summary>The L2 norm of the last step's gradient, all parameters taken together, before it was clipped; null before the first step.</summary>
    public double? GradientNorm { get; private set; }

    /// <summary>Changes the objective. Networks are kept; so is the optimizer's state, unless asked otherwise. Reports what happened.</summary>
    /// <param name="objective">The bound to raise from now on.</param>
    /// <param name="resetOptimizer">
    /// Whether to make a new optimizer. Adam's moments are averages of the old bound's gradient: they fade within about 1 / (1 − β₂) steps,
    /// and their scale is usually near enough that keeping them is the smoother way.
    /// </param>
    /// <exception cref="PplArgumentException">
    /// The objective means nothing for these networks, the new optimizer cannot train them, or a step is running; the old ones stay.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    public void SwitchObjective(Objective objective, bool resetOptimizer = false)
    {
        ArgumentNullException.ThrowIfNull(objective);
        Require(nameof(SwitchObjective), duringFit: true);
        CheckObjectives(model, guide, objective, settings);
        fit?.RequireBound(objective);
        var (from, before) = (this.objective, updater?.Parameters ?? []);
        ParameterUpdater? fresh = null;
        this.objective = objective;
        try
        {
            if (resetOptimizer && updater is not null) fresh = NewUpdater();
            else if (updater is not null && !ReferenceEquals(from.Networks, objective.Networks)) FollowParameters();
        }
        catch
        {
            this.objective = from;
            throw;
        }

        if (from != objective)
        {
            (totals, objectiveState) = (EpochTotals.Empty, objective.InitialState);
            probed.Clear();
        }

        if (updater is null)
        {
            if (from != objective) reporter.Message($"objective: {from} -> {objective}");
            return;
        }

        var name = updater.Name;
        if (fresh is not null)
        {
            Replace(fresh);
            reporter.Message($"objective: {from} -> {objective}; {name} starts anew, networks kept");
        }
        else
        {
            reporter.Message($"objective: {from} -> {objective}; networks and {name} state kept (its averages are of the old bound's gradient)");
        }

        if (!ReferenceEquals(from.Networks, objective.Networks)) FollowAverage(before);
    }

    /// <summary>A new optimizer, with its schedule where training stands.</summary>
    private ParameterUpdater NewUpdater()
    {
        var next = new ParameterUpdater(networks, makeOptimizer, settings);
        try
        {
            next.AdvanceSchedule(step, epoch);
            return next;
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    /// <summary>Says a sentence to the user, once.</summary>
    private void Tell(string text)
    {
        if (told.Add(text)) reporter.Message(text);
    }
}
