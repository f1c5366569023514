namespace Ppl.Inference.Checkpoints;

/// <summary>A checkpoint is missing, damaged, foreign, or belongs to another model. Nothing has been changed.</summary>
public sealed class CheckpointException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file, as the caller named it.</param>
    /// <param name="problem">What is wrong, with the expected and the found value.</param>
    /// <param name="inner">The fault underneath, if there is one.</param>
    public CheckpointException(string path, string problem, Exception? inner = null)
        : base($"checkpoint {path}: {problem}; nothing was changed", inner)
    {
        Path = path;
        Problem = problem;
    }

    /// <summary>The file, as the caller named it.</summary>
    public string Path { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }
}
