namespace Ppl;

/// <summary>How the features of a group's children become one, whatever their order.</summary>
public enum Pooling
{
    /// <summary>Their average, 0 without children: what a group is like. It does not tell how many children there are.</summary>
    Mean,

    /// <summary>Their sum, which grows with the number of children.</summary>
    Sum,
}
