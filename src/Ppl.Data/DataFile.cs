namespace Ppl.Data;

/// <summary>Reads whole files; every fault becomes a <see cref="DataFileException"/>.</summary>
internal static class DataFile
{
    public static byte[] ReadAll(string path)
    {
        if (Directory.Exists(path)) throw new DataFileException(path, "expected a file, found a folder");

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, "not found", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be read: {fault.Message}", fault);
        }
    }
}
