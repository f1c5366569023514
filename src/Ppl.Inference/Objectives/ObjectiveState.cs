namespace Ppl.Inference;

/// <summary>The names of what objectives remember from step to step: see <see cref="Objective.InitialState"/> and <see cref="Svi.ObjectiveState"/>.</summary>
public static class ObjectiveState
{
    /// <summary>The multiplier of a constraint.</summary>
    public const string Multiplier = "multiplier";

    /// <summary>The sum of the divergences at the last step, in the unit of the bound.</summary>
    public const string Divergence = "KL";

    /// <summary>multiplier · (KL − δ) at the last step: 0 where the constrained problem is solved.</summary>
    public const string Slackness = "slackness";

    /// <summary>The moving average of what is missing to a constraint.</summary>
    public const string MovingAverage = "moving average";

    internal static IReadOnlyDictionary<string, double> None { get; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The numbers as a report has them: <c>multiplier 1.25  KL 9.98  slackness -0.02</c>.</summary>
    internal static string Text(IReadOnlyDictionary<string, double> state) =>
        string.Join("  ", state.Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value:G4}")));
}
