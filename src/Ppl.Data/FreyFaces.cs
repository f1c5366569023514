namespace Ppl.Data;

/// <summary>Frey faces: 1,965 grey frames of a video of one face, 28 rows × 20 columns, no labels.</summary>
/// <remarks>Distributed by Sam Roweis and Brendan Frey; used by Kingma and Welling 2013, arXiv:1312.6114.</remarks>
public static class FreyFaces
{
    /// <summary>All 1,965 frames in the order of the video.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">The file is missing, damaged, or not what it should be.</exception>
    public static ImageSet All(string? folder = null)
        => new KnownImages("Frey faces", "frey-faces", "frey-images-idx3-ubyte.gz", 1_965, 28, 20, 255).Read(folder);
}
