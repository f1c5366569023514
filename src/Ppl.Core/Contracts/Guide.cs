using Ppl.Contracts;
using Ppl.Interpretation;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl;

/// <summary>One step of a guide: which latent it draws, and what its encoder sees.</summary>
/// <param name="Latent">The latent's name: <c>z</c>, or <c>h[1]</c>.</param>
/// <param name="Inputs">Names of parameters and of latents drawn before, in the encoder's order.</param>
public sealed record GuideStep(string Latent, IReadOnlyList<string> Inputs)
{
    /// <summary>
    /// How the inputs enter, where that is not by a network of the factor's own: <c>above level 2</c>, <c>shared</c>, <c>pooled by mean</c>,
    /// <c>free</c>. Empty elsewhere.
    /// </summary>
    public string Encoding { get; init; } = "";

    /// <summary>The factor: <c>q(z | x)</c>, <c>q(z | x) [above level 2]</c>.</summary>
    public override string ToString()
    {
        var factor = Inputs.Count == 0 ? $"q({Latent})" : $"q({Latent} | {string.Join(", ", Inputs)})";
        return Encoding.Length == 0 ? factor : $"{factor} [{Encoding}]";
    }
}

/// <summary>What is drawn anew for each of several particles.</summary>
public enum ParticleScope
{
    /// <summary>Every latent: K independent passes of guide and model.</summary>
    Joint,

    /// <summary>The latents in rows plates, K times for each row, given one draw of all others.</summary>
    Local,
}

/// <summary>
/// The approximate posterior of a model: a <c>torch.nn.Module</c> whose parameters are its encoders'. Generated for each model.
/// </summary>
/// <remarks>
/// Encoders are sized from a first batch, once, by <see cref="Prepare"/>; until then the guide has no parameters of its own. The model is
/// not a submodule: its parameters are trained beside the guide's, not as part of them.
/// </remarks>
public abstract partial class Guide : nn.Module
{
    private readonly GenerativeModel model;
    private (ScalarType Type, Device Device)? numbers;

    /// <summary>Creates a guide.</summary>
    /// <param name="model">The model; also the <see cref="IGeneratedModel"/> that this guide was generated for.</param>
    /// <exception cref="PplArgumentException">A field of the model holds a module or a parameter that is not registered.</exception>
    protected Guide(GenerativeModel model) : base(nameof(Guide))
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        Model = model as IGeneratedModel ?? throw new PplArgumentException($"{model.GetType().Name} is not a generated model.");
        Registration.Check(model);
        Lengths = [.. Plan.Lengths.Select(_ => 0)];
        Slots = new Slots(Model, Lengths);
    }

    /// <summary>The model.</summary>
    public IGeneratedModel Model { get; }

    /// <summary>What the compiler knows of the model.</summary>
    public ModelPlan Plan => Model.Plan;

    /// <summary>Whether the encoders have been sized.</summary>
    public bool IsPrepared { get; private set; }

    /// <summary>
    /// The guide's steps in the order of drawing, loops unrolled: in a model with branches those of all arms, and from <see cref="Prepare"/> on
    /// those that its runs reach.
    /// </summary>
    public abstract IReadOnlyList<GuideStep> Steps { get; }

    /// <summary>The type of the model's real numbers, or of the encoders' where it has none; null where there are none, or several types.</summary>
    internal ScalarType? NumberType => NumbersOfModel()?.Type;

    /// <summary>
    /// Sizes the encoders from a first batch, and runs once to see that everything fits: a batch that does not leaves the guide as it was.
    /// A second call does nothing.
    /// </summary>
    /// <param name="batch">Any batch of data.</param>
    /// <exception cref="PplShapeException">
    /// The model or an encoder's network does not run on the batch's shapes, or takes a tensor row by row that is not in the plate.
    /// </exception>
    /// <exception cref="PplArgumentException">The model does not run on the batch's values, or a network of one's own is not registered.</exception>
    public void Prepare(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (IsPrepared) return;
        using var scope = NewDisposeScope();

        SettleLengths(batch.Lengths);

        // Encoders compute in the model's numbers; a model without any takes the data's.
        var real = model.parameters().Where(p => p.is_floating_point() && p.numel() > 0).Concat(batch.RealNumbers).FirstOrDefault();
        var encoders = modules().OfType<Encoder>().Where(encoder => !encoder.IsPrepared).ToList();
        foreach (var encoder in encoders) (encoder.NumberType, encoder.Device, encoder.Batch) = (real?.dtype, real?.device, batch);

        // Shapes are learnt by draws; they must not move batch statistics.
        using var mode = new EvaluationMode(model, this);
        try
        {
            Size(batch);
            QuantizerHead.RequireOneLatent(modules().OfType<Encoder>());
        }
        catch
        {
            Release(encoders);
            throw;
        }
        finally
        {
            foreach (var encoder in encoders) encoder.Batch = null;
        }
    }

    /// <summary>Refuses a guide that keeps parameters for each row where other rows are to be read.</summary>
    /// <exception cref="PplArgumentException">It has such a factor.</exception>
    internal void RequireAmortized()
    {
        if (modules().OfType<Encoder>().FirstOrDefault(encoder => encoder.KeepsRows) is not { } free) return;
        throw new PplArgumentException(
            "its guide keeps parameters for each row of the data (Free), and these are other rows, which have none.", free.Site);
    }

    /// <summary>Takes back what <see cref="Prepare"/> did, where the data that it was given are found to be wrong later.</summary>
    internal void Unprepare() => Release([.. modules().OfType<Encoder>().Where(encoder => encoder.IsPrepared)]);

    /// <summary>Its factors in the order of drawing: <c>guide of Vae: q(z | x)</c>.</summary>
    public override string ToString() => Plan.Lengths.Count > 0 && !IsPrepared
        ? $"guide of {Plan.Model}, whose factors are made when it is prepared, as {string.Join(", ", Plan.Lengths.Select(l => l.Text(Plan)))} says"
        : $"guide of {Plan.Model}: {string.Join(" ", Steps)}";

    /// <summary>A batch from tensors in the order of the model's parameters, checked.</summary>
    /// <param name="tensors">
    /// One tensor for each parameter, on the model's device; real numbers of the model's type. Null where an optional one is not known at all.
    /// </param>
    /// <exception cref="PplArgumentException">There are too few or too many, or one is of another type or on another device.</exception>
    /// <exception cref="PplShapeException">Numbers of rows disagree.</exception>
    public Batch Batch(params IReadOnlyList<Tensor?> tensors) => Batch(tensors, totals: null);

    /// <summary>A batch of some rows of the data, checked.</summary>
    /// <param name="tensors">
    /// One tensor for each parameter, on the model's device; real numbers of the model's type. Null where an optional one is not known at all.
    /// </param>
    /// <param name="totals">
    /// N, the rows in all, for each rows plate in the order of the plan, or one number for all of them; those of the tensors when null.
    /// </param>
    /// <param name="rows">The numbers of the rows in the whole data; the first ones when left out.</param>
    /// <exception cref="PplArgumentException">There are too few or too many, or one is of another type or on another device.</exception>
    /// <exception cref="PplShapeException">Sizes of a plate disagree.</exception>
    public Batch Batch(IReadOnlyList<Tensor?> tensors, IReadOnlyList<long>? totals, ReadOnlyMemory<int>? rows = null)
    {
        var batch = new Batch(Plan, tensors, totals, rows);
        numbers ??= NumbersOfModel();
        if (Misfit(batch) is null) return batch;

        // The model may have been moved or converted since it was last looked at.
        numbers = NumbersOfModel();
        return Misfit(batch) is { } fault ? throw fault : batch;
    }

    private void Size(Batch batch)
    {
        try
        {
            PrepareEncoders(batch);
        }
        catch (Exception fault) when (LibraryFault.LacksSite(fault))
        {
            var covariates = batch.Tensors.Where((_, i) => !Plan.Inputs[i].IsObserved).ToList();
            if (Interpreter.Explain(() => Interpreter.Probe(Model, batch.Sizes, covariates)) is { } named) throw named;
            throw;
        }

        Registration.Check(this, ownFields: false);
        IsPrepared = true;
        try
        {
            var draws = Draw(batch, 1);
            Terms(draws, TermForm.Sampled);
            SharedInputs.Check(Model, batch);
            EdgeCheck.Run(draws);
        }
        catch (Exception fault) when (LibraryFault.LacksSite(fault))
        {
            if (Interpreter.Explain(() => Interpreter.Run(this, batch)) is { } named) throw named;
            throw;
        }
    }

    private void Release(List<Encoder> encoders)
    {
        foreach (var encoder in encoders) encoder.Release();
        Settle(null);
        IsPrepared = false;
        SettleLengths([.. Plan.Lengths.Select(_ => 0)]);
    }

    /// <summary>The type and the place of the model's real numbers, or of the encoders'; null where there are none, or several types.</summary>
    private (ScalarType Type, Device Device)? NumbersOfModel()
    {
        var parameters = model.parameters().Where(p => p.is_floating_point()).ToList();
        if (parameters.Count == 0) parameters = [.. this.parameters().Where(p => p.is_floating_point())];
        return parameters.Count > 0 && parameters.TrueForAll(p => p.dtype == parameters[0].dtype)
            ? (parameters[0].dtype, parameters[0].device)
            : null;
    }

    /// <summary>The first tensor that does not go with the model's numbers, as an exception.</summary>
    private PplArgumentException? Misfit(Batch batch)
    {
        if (numbers is not var (type, device)) return null;
        for (var i = 0; i < batch.Tensors.Count; i++)
        {
            var (name, tensor) = (Plan.Inputs[i].Name, batch.Tensors[i]);
            if (tensor.numel() == 0) continue;
            var found = tensor.dtype;
            if (is_floating_point(found) && found != type && !Plan.Inputs[i].IsMask)
                return new($"the tensor is {found}, the parameters of {Plan.Model} are {type}: give {name}.to(ScalarType.{type}).", name);
            if (tensor.device_type != device.type || (device.index >= 0 && tensor.device_index != device.index))
                return new($"the tensor is on {tensor.device}, {Plan.Model} on {device}: move it there.", name);
        }

        return null;
    }
}
