using System.Runtime.CompilerServices;
using Ppl.Distributions;
using Ppl.Interpretation;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl;

/// <summary>The base of every model: a <c>torch.nn.Module</c> whose networks are its parameters, with the words of the language.</summary>
/// <remarks>
/// A model is a <c>partial</c> class with one <see cref="ModelAttribute"/> method without a result that calls <see cref="Sample"/> for each latent
/// variable and <see cref="Observe"/> for each observed one. The compiler reads the method and emits the guide, and the model's statements
/// as its passes run them. Called directly, the method works only inside an <see cref="Interpreter"/>.
/// </remarks>
public abstract partial class GenerativeModel : nn.Module
{
    private readonly string? given;

    /// <summary>Creates a model.</summary>
    /// <param name="name">The module's name; the class's name when it is not given.</param>
    protected GenerativeModel(string? name = null) : base(name ?? nameof(GenerativeModel)) => given = name;

    /// <summary>The module's name: the one given to the constructor, else the class's.</summary>
    public override string GetName() => given ?? GetType().Name;

    /// <summary>Draws a latent variable. The name of the variable that receives the result is the site's name.</summary>
    /// <param name="distribution">The variable's distribution given everything drawn before it.</param>
    /// <param name="within">Plates that the site stands in beside those that are entered: one, or several in parentheses, outermost first.</param>
    /// <param name="observed">
    /// A parameter of the model with the variable's values where they are known, and anything where they are not: null where nothing is known.
    /// </param>
    /// <param name="where">
    /// Which of these values are known, computed from parameters of the model: Boolean, or 0 and 1, with a dimension for each plate of the site, of
    /// its size or 1. All are when null.
    /// </param>
    /// <param name="line">Filled in by the compiler: the site's line.</param>
    /// <param name="text">Filled in by the compiler: the distribution's source text.</param>
    /// <returns>The value: a dimension for each plate, outermost first, then the event.</returns>
    /// <exception cref="PplArgumentException">No interpreter is running; the message says what to call instead.</exception>
    protected static Tensor Sample(
        Distribution distribution,
        Within? within = null,
        Tensor? observed = null,
        Tensor? where = null,
        [CallerLineNumber] int line = 0,
        [CallerArgumentExpression(nameof(distribution))] string text = "")
        => Interpreter.Require("Sample").Sample(distribution, within, observed, where, line, text);

    /// <summary>Weighs data: <paramref name="value"/> was observed, with this distribution.</summary>
    /// <param name="value">The observed value; its leading dimensions are the plates, outermost first.</param>
    /// <param name="distribution">The distribution of the value given the latents.</param>
    /// <param name="within">Plates that the site stands in beside those that are entered: one, or several in parentheses, outermost first.</param>
    /// <param name="where">
    /// Which of the data are there, computed from parameters of the model: Boolean, or 0 and 1, with a dimension for each plate of the site, of its
    /// size or 1. What is not there counts nothing, whatever stands in its place. Everything is there when null.
    /// </param>
    /// <param name="line">Filled in by the compiler: the site's line.</param>
    /// <param name="text">Filled in by the compiler: the distribution's source text.</param>
    /// <exception cref="PplArgumentException">No interpreter is running; the message says what to call instead.</exception>
    protected static void Observe(
        Tensor value,
        Distribution distribution,
        Within? within = null,
        Tensor? where = null,
        [CallerLineNumber] int line = 0,
        [CallerArgumentExpression(nameof(distribution))] string text = "")
        => Interpreter.Require("Observe").Observe(value, distribution, within, where, line, text);

    /// <summary>
    /// Adds a log weight to the log joint density: what the model knows that no distribution says, such as a penalty. Its name is that of the local
    /// that it is given.
    /// </summary>
    /// <remarks>
    /// It counts like an observation: in the bound, scaled like the terms of its plates. <c>Simulate</c> and <c>Predict</c> ignore it.
    /// </remarks>
    /// <param name="logWeight">Any real; a number for each element of the plates that the factor stands in, outermost first.</param>
    /// <param name="within">Plates that it stands in beside those that are entered: one, or several in parentheses, outermost first.</param>
    /// <param name="line">Filled in by the compiler: the site's line.</param>
    /// <param name="text">Filled in by the compiler: the weight's source text.</param>
    /// <exception cref="PplArgumentException">No interpreter is running; the message says what to call instead.</exception>
    protected static void Factor(
        Tensor logWeight,
        Within? within = null,
        [CallerLineNumber] int line = 0,
        [CallerArgumentExpression(nameof(logWeight))] string text = "")
        => Interpreter.Require("Factor").Factor(logWeight, within, line, text);

    /// <summary>
    /// Records a value: every result of a run of the model, of <c>Simulate</c>, <c>Predict</c> and <c>Reconstruct</c>, has it by the name of the
    /// local that it is assigned to.
    /// </summary>
    /// <remarks>It is no random variable: no guide infers it, no bound has a term of it, and no mini-batch scales it.</remarks>
    /// <param name="value">The value; its leading dimensions are the plates that it stands in, outermost first.</param>
    /// <param name="within">Plates that it stands in beside those that are entered: one, or several in parentheses, outermost first.</param>
    /// <param name="line">Filled in by the compiler: the line of the call.</param>
    /// <param name="text">Filled in by the compiler: the value's source text.</param>
    /// <returns>The value itself.</returns>
    /// <exception cref="PplArgumentException">No interpreter is running; the message says what to call instead.</exception>
    protected static Tensor Deterministic(
        Tensor value,
        Within? within = null,
        [CallerLineNumber] int line = 0,
        [CallerArgumentExpression(nameof(value))] string text = "")
        => Interpreter.Require("Deterministic").Deterministic(value, within, line, text);

    /// <summary>
    /// A plate over data: the next dimension of each tensor that no plate has taken yet. Dimension 0 is the rows, which mini-batches cut. A plate
    /// that takes a later dimension of one tensor may take dimension 0 of another, which is then complete in every batch.
    /// </summary>
    /// <param name="data">The model's parameters that have one element for each copy; their sizes agree. A parameter that is given to no plate is
    /// one tensor for everything.</param>
    /// <returns>
    /// The plate. <c>using var data = Plate(x);</c> enters it: all that follows in the scope is independent from copy to copy.
    /// <c>var data = Plate(x);</c> makes it for sites that name it by <c>within:</c>.
    /// </returns>
    /// <exception cref="PplArgumentException">No interpreter is running; the message says what to call instead.</exception>
    /// <exception cref="PplShapeException">The sizes disagree, or a tensor has no such dimension.</exception>
    protected static PlateScope Plate(params Tensor?[] data) => Interpreter.Require("Plate").Plate(data);

    /// <summary>A plate by number, which mini-batches never cut.</summary>
    /// <param name="size">How many copies: at least 1.</param>
    /// <param name="line">Filled in by the compiler: the plate's line.</param>
    /// <returns>
    /// The plate: <c>using var county = Plate(size: 85);</c> enters it, <c>var county = Plate(size: 85);</c> makes it for sites that name it by
    /// <c>within:</c>.
    /// </returns>
    /// <exception cref="PplArgumentException">
    /// The size is less than 1, or no interpreter is running; the message says what to call instead.
    /// </exception>
    protected static PlateScope Plate(long size, [CallerLineNumber] int line = 0) => Interpreter.Require("Plate").Plate(size, line);

    /// <summary>
    /// A plate by number with data of its own, which mini-batches never cut: <c>Plate(size: 85, uranium)</c> has one number of each tensor for each
    /// copy, all of them in every batch.
    /// </summary>
    /// <param name="size">How many copies: at least 1.</param>
    /// <param name="data">
    /// Parameters of the model: of each, the next dimension that no plate has taken yet, whose size is <paramref name="size"/>.
    /// </param>
    /// <returns>The plate, as <see cref="Plate(long, int)"/> gives it.</returns>
    /// <exception cref="PplArgumentException">
    /// The size is less than 1, or no interpreter is running; the message says what to call instead.
    /// </exception>
    /// <exception cref="PplShapeException">A tensor has another size there, or no such dimension.</exception>
    protected static PlateScope Plate(long size, params Tensor[] data) => Interpreter.Require("Plate").Plate(size, data);

    /// <summary>The normal distribution with independent coordinates; see <see cref="Distributions.Normal"/>.</summary>
    /// <param name="loc">The mean: any real. Any shape.</param>
    /// <param name="scale">The standard deviation: &gt; 0. Broadcasts with <paramref name="loc"/>.</param>
    /// <param name="logScale">Its logarithm, any real, in place of <paramref name="scale"/>: what a network gives most easily.</param>
    /// <exception cref="PplArgumentException">Both or neither of scale and logScale are given.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    protected static Normal Normal(TensorOrScalar loc, TensorOrScalar? scale = null, TensorOrScalar? logScale = null)
        => (scale, logScale) switch
        {
            ({ } given, null) => new(loc, given),
            (null, { } given) => Distributions.Normal.FromLogScale(loc, given),
            _ => throw new PplArgumentException("Normal needs exactly one of scale and logScale."),
        };

    /// <inheritdoc cref="Distributions.Bernoulli(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Bernoulli Bernoulli(TensorOrScalar? probs = null, TensorOrScalar? logits = null) => new(probs, logits);

    /// <inheritdoc cref="Distributions.Categorical(Tensor, Tensor)"/>
    protected static Categorical Categorical(Tensor? probs = null, Tensor? logits = null) => new(probs, logits);

    /// <inheritdoc cref="Distributions.LowRankMultivariateNormal(TensorOrScalar, Tensor, Tensor)"/>
    protected static LowRankMultivariateNormal LowRankMultivariateNormal(TensorOrScalar loc, Tensor factor, Tensor diagonal) =>
        new(loc, factor, diagonal);

    /// <inheritdoc cref="Distributions.MultivariateNormal(TensorOrScalar, Tensor, Tensor, Tensor)"/>
    protected static MultivariateNormal MultivariateNormal(
        TensorOrScalar loc, Tensor? scaleTril = null, Tensor? covariance = null, Tensor? precision = null)
        => new(loc, scaleTril, covariance, precision);

    /// <inheritdoc cref="Distributions.HalfNormal(TensorOrScalar?)"/>
    protected static HalfNormal HalfNormal(TensorOrScalar? scale = null) => new(scale);

    /// <inheritdoc cref="Distributions.HalfCauchy(TensorOrScalar?)"/>
    protected static HalfCauchy HalfCauchy(TensorOrScalar? scale = null) => new(scale);

    /// <inheritdoc cref="Distributions.LogNormal(TensorOrScalar?, TensorOrScalar?)"/>
    protected static LogNormal LogNormal(TensorOrScalar? loc = null, TensorOrScalar? scale = null) => new(loc, scale);

    /// <inheritdoc cref="Distributions.Gamma(TensorOrScalar, TensorOrScalar?)"/>
    protected static Gamma Gamma(TensorOrScalar concentration, TensorOrScalar? rate = null) => new(concentration, rate);

    /// <inheritdoc cref="Distributions.Beta(TensorOrScalar, TensorOrScalar)"/>
    protected static Beta Beta(TensorOrScalar concentration1, TensorOrScalar concentration0) => new(concentration1, concentration0);

    /// <inheritdoc cref="Distributions.Dirichlet(Tensor)"/>
    protected static Dirichlet Dirichlet(Tensor concentration) => new(concentration);

    /// <inheritdoc cref="Distributions.Transformed(Distribution, Transform)"/>
    protected static Transformed Transformed(Distribution distribution, Transform transform) => new(distribution, transform);

    /// <inheritdoc cref="Distributions.Independent(Distribution, int)"/>
    protected static Independent Independent(Distribution distribution, int dimensions) => new(distribution, dimensions);

    /// <inheritdoc cref="Distributions.Delta(TensorOrScalar)"/>
    protected static Delta Delta(TensorOrScalar point) => new(point);
}
