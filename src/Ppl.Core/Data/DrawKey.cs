namespace Ppl.Data;

/// <summary>What the random draws of a data set depend on, besides the row: the seed of the run and the epoch.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Epoch">The epoch, from 0.</param>
public readonly record struct DrawKey(long Seed, int Epoch);
