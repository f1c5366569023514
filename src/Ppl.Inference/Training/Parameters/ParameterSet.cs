using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Which parameters of the model, the guide and the objective are meant: by name, by module, or by a condition on the name.</summary>
/// <remarks>
/// A parameter's name has its owner in front: <c>model.decoder.0.weight</c>, <c>guide.z.network.0.weight</c>, and of an objective's own networks
/// (<see cref="Objective.Networks"/>) <c>objective.critic.0.weight</c>. One that belongs to both model and guide is the model's. A set is looked up
/// when training begins, since the guide makes its encoders at the first batch, and again where parameters are replaced; one without any parameter
/// is refused there.
/// </remarks>
public sealed class ParameterSet
{
    private const string ModelOwner = "model";
    private const string GuideOwner = "guide";
    private readonly Func<NamedParameter, bool> holds;
    private readonly string text;

    private ParameterSet(string text, Func<NamedParameter, bool> holds) => (this.text, this.holds) = (text, holds);

    /// <summary>All parameters of the model.</summary>
    public static ParameterSet OfModel { get; } = new($"{ModelOwner}.*", p => p.Owner == ModelOwner);

    /// <summary>All parameters of the guide.</summary>
    public static ParameterSet OfGuide { get; } = new($"{GuideOwner}.*", p => p.Owner == GuideOwner);

    /// <summary>Parameters by their names, in which <c>*</c> stands for any characters: <c>model.decoder.*</c>, <c>*.bias</c>.</summary>
    /// <param name="patterns">A parameter that fits one of them is meant.</param>
    /// <exception cref="ArgumentException">There is none, or an empty one.</exception>
    public static ParameterSet Named(params IReadOnlyList<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Count == 0) throw new ArgumentException("a pattern is needed, such as \"model.decoder.*\".", nameof(patterns));
        foreach (var pattern in patterns) ArgumentException.ThrowIfNullOrEmpty(pattern, nameof(patterns));
        Regex[] expressions = [.. patterns.Select(Expression)];
        return new ParameterSet(string.Join(", ", patterns), p => expressions.Any(expression => expression.IsMatch(p.FullName)));
    }

    /// <summary>The parameters of a latent's encoder: those of the guide under the site's name.</summary>
    /// <param name="site">The latent, such as <c>z</c>; of an array of latents the array's name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static ParameterSet OfSite(string site)
    {
        ArgumentException.ThrowIfNullOrEmpty(site);
        return Named($"{GuideOwner}.{site}.*");
    }

    /// <summary>The parameters of modules, wherever they stand in the model or the guide.</summary>
    /// <param name="modules">The modules; one that takes the place of another later is not meant.</param>
    /// <exception cref="ArgumentException">There is none, or one that is null.</exception>
    public static ParameterSet OfModules(params IReadOnlyList<nn.Module> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        if (modules.Count == 0 || modules.Any(module => module is null)) throw new ArgumentException("a module is needed.", nameof(modules));
        var names = string.Join(", ", modules.Select(module => $"a {module.GetName()}"));
        return new ParameterSet(names, p => modules.Any(module => module.parameters().Any(own => ReferenceEquals(own, p.Value))));
    }

    /// <summary>The parameters whose name fulfils a condition.</summary>
    /// <param name="condition">A pure function of the name, such as <c>name => name.EndsWith(".bias")</c>.</param>
    public static ParameterSet Where(Func<string, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new ParameterSet("a condition on the name", p => condition(p.FullName));
    }

    /// <summary>As <see cref="Named"/> of one pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    public static implicit operator ParameterSet(string pattern) => Named(pattern);

    /// <inheritdoc/>
    public override string ToString() => text;

    /// <summary>Those of some parameters that are meant.</summary>
    /// <param name="parameters">All of them.</param>
    /// <param name="user">Whose set it is, for the message.</param>
    /// <exception cref="PplArgumentException">None is.</exception>
    internal List<NamedParameter> Of(IReadOnlyList<NamedParameter> parameters, string user)
    {
        var found = parameters.Where(holds).ToList();
        if (found.Count > 0) return found;

        // What it begins with tells whose parameters were meant.
        var near = parameters.Where(p => text.StartsWith($"{p.Owner}.", StringComparison.Ordinal)).ToList();
        throw new PplArgumentException($"{user} means no parameter ({text}): there are {Names(near.Count > 0 ? near : parameters)}.");
    }

    /// <summary>The names; of many their modules, <c>model.decoder.0.*</c>.</summary>
    private static string Names(IReadOnlyList<NamedParameter> parameters)
    {
        const int Most = 8, MostModules = 24;
        if (parameters.Count <= Most) return string.Join(", ", parameters.Select(p => p.FullName));
        var modules = parameters.Select(p => $"{p.FullName[..p.FullName.LastIndexOf('.')]}.*").Distinct().ToList();
        return string.Join(", ", modules.Take(MostModules)) + (modules.Count > MostModules ? ", ..." : "");
    }

    private static Regex Expression(string pattern) =>
        new($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant | RegexOptions.Singleline);
}
