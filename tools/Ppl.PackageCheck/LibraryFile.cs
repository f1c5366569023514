using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Ppl.PackageCheck;

/// <summary>
/// What a library of a package lacks: its version, and symbols with the sources, so that users step into it without a symbol server.
/// </summary>
internal static class LibraryFile
{
    /// <summary>The kind of custom debug information that holds a source file (Portable PDB, "Embedded Source").</summary>
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static IEnumerable<string> Faults(byte[] library, string version)
    {
        using var image = new PEReader([.. library]);
        var told = InformationalVersion(image.GetMetadataReader());
        if (told.Split('+')[0] != version) yield return $"says that its version is '{told}', not '{version}'";

        var symbols = image.ReadDebugDirectory().FirstOrDefault(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        if (symbols.Type != DebugDirectoryEntryType.EmbeddedPortablePdb)
        {
            yield return "has no symbols inside";
            yield break;
        }

        using var provider = image.ReadEmbeddedPortablePdbDebugDirectoryData(symbols);
        var reader = provider.GetMetadataReader();
        var sources = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Count(info => reader.GetGuid(info.Kind) == EmbeddedSource);
        if (sources < reader.Documents.Count) yield return $"has {sources} of its {reader.Documents.Count} source files inside";
    }

    private static string InformationalVersion(MetadataReader reader)
    {
        foreach (var handle in reader.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = reader.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference) continue;
            var type = reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (type.Kind != HandleKind.TypeReference) continue;
            if (reader.GetString(reader.GetTypeReference((TypeReferenceHandle)type).Name) != "AssemblyInformationalVersionAttribute") continue;

            // A prolog of two bytes, then the text.
            var value = reader.GetBlobReader(attribute.Value);
            value.ReadUInt16();
            return value.ReadSerializedString() ?? "";
        }

        return "";
    }
}
