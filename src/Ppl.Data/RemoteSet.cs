namespace Ppl.Data;

/// <summary>A file that can be downloaded.</summary>
/// <param name="Name">Its name at the mirror and on the disk.</param>
/// <param name="Sha256">The SHA-256 of its content, 64 hexadecimal digits; null where what is made of it is verified instead.</param>
public sealed record RemoteFile(string Name, string? Sha256);

/// <summary>A data set that can be downloaded.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Folder">Its folder below the data folder.</param>
/// <param name="Mirrors">Addresses that end in a slash, tried in this order.</param>
/// <param name="Files">Its files.</param>
public sealed record RemoteSet(string Name, string Folder, IReadOnlyList<Uri> Mirrors, IReadOnlyList<RemoteFile> Files)
{
    /// <summary>The name and the files.</summary>
    public override string ToString() => $"{Name}: {string.Join(", ", Files.Select(file => file.Name))}";

    /// <summary>Makes the set's files of the downloaded ones, (downloads, target); null where those are used as they are.</summary>
    internal Action<string, string>? Convert { get; init; }

    /// <summary>The files that <see cref="Convert"/> makes.</summary>
    internal IReadOnlyList<string> Products { get; init; } = [];
}
