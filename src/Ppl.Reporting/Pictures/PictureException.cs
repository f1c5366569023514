namespace Ppl.Reporting;

/// <summary>A picture could not be written; the message names the file and the cause.</summary>
public sealed class PictureException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">The file, as the caller named it.</param>
    /// <param name="cause">What went wrong.</param>
    /// <param name="inner">The fault underneath.</param>
    public PictureException(string file, string cause, Exception? inner = null)
        : base($"{file}: the picture cannot be written: {cause}", inner)
        => File = file;

    /// <summary>The file, as the caller named it.</summary>
    public string File { get; }
}
