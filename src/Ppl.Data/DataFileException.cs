namespace Ppl.Data;

/// <summary>A data file is missing, unreadable, damaged, or is not what it is said to be.</summary>
/// <remarks>The message starts with the file and names the field with its expected and its found value.</remarks>
public sealed class DataFileException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">The file, as the caller named it.</param>
    /// <param name="problem">What is wrong: the field, the expected and the found value.</param>
    /// <param name="inner">The fault underneath, if there is one.</param>
    public DataFileException(string file, string problem, Exception? inner = null)
        : base($"{file}: {problem}", inner)
    {
        File = file;
        Problem = problem;
    }

    /// <summary>The file, as the caller named it.</summary>
    public string File { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }
}
