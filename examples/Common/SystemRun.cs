namespace Ppl.Examples;

/// <summary>What every program of a system is told.</summary>
/// <param name="DataFolder">The data sets' folder; null for the library's default.</param>
/// <param name="Epochs">Passes over the data; the program's own number when null.</param>
/// <param name="Seed">The seed of weights, batches and noise.</param>
/// <param name="Out">The folder for pictures, checkpoints and the result.</param>
/// <param name="IsSmoke">Whether a few seconds are all there is. The claims that such a run makes are its own.</param>
/// <param name="Cancellation">Ends a fit after the step in progress.</param>
public sealed record SystemRun(
    string? DataFolder, int? Epochs, long Seed, string Out, bool IsSmoke, CancellationToken Cancellation = default)
{
    /// <summary>How many runs, with this seed and those after it.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>One run with another seed, in a folder of its own.</summary>
    /// <param name="seed">The seed.</param>
    public SystemRun WithSeed(long seed) =>
        this with { Seed = seed, Seeds = 1, Out = File(FormattableString.Invariant($"seed-{seed}")) };

    /// <summary>Whether the published setting is to be run; a short run is short all the same.</summary>
    public bool IsFull { get; init; }

    /// <summary>Passes over the data: the user's choice before the program's.</summary>
    /// <param name="whole">Of a whole run.</param>
    /// <param name="smoke">Of a short one.</param>
    public int EpochsOr(int whole, int smoke = 1) => Epochs ?? Of(whole, smoke);

    /// <summary>One number or the other.</summary>
    /// <param name="whole">Of a whole run.</param>
    /// <param name="smoke">Of a short one.</param>
    public int Of(int whole, int smoke) => IsSmoke ? smoke : whole;

    /// <summary>One number of three.</summary>
    /// <param name="whole">Of a whole run.</param>
    /// <param name="smoke">Of a short one.</param>
    /// <param name="full">Of the published setting.</param>
    public int Of(int whole, int smoke, int full) => IsFull && !IsSmoke ? full : Of(whole, smoke);

    /// <summary>A size of a network: the published one also in a short run of the published setting, which shows that it works.</summary>
    /// <param name="whole">Of a whole run.</param>
    /// <param name="smoke">Of a short one.</param>
    /// <param name="full">Of the published setting.</param>
    public int Size(int whole, int smoke, int full) => IsFull ? full : Of(whole, smoke);

    /// <summary>Passes over the data: the user's choice before the program's.</summary>
    /// <param name="whole">Of a whole run.</param>
    /// <param name="smoke">Of a short one.</param>
    /// <param name="full">Of the published setting.</param>
    public int EpochsOr(int whole, int smoke, int full) => Epochs ?? Of(whole, smoke, full);

    /// <summary>The path of a file of the run.</summary>
    /// <param name="name">Its name.</param>
    public string File(string name) => Path.Combine(Out, name);
}
