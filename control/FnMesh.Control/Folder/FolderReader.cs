using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Folder;

/// <summary>Reads policy files, each within a bound; what cannot be read becomes a diagnostic.</summary>
/// <param name="workingDirectory">Paths in diagnostics are relative to it, as a person there would type them.</param>
internal sealed class FolderReader(string workingDirectory)
{
    /// <summary>More than the compiler takes, so that it is the one that refuses.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null when a file vanished or grew between the listing and the end of the reading.</returns>
    public FolderReading? Read(string folder, FolderListing listing)
    {
        if (listing.Files.Length > FolderListing.MaxFiles)
            return Refuse(folder, FolderCodes.TooManyFiles, $"more than {FolderListing.MaxFiles} policy files; move what is no policy elsewhere");

        var sources = ImmutableArray.CreateBuilder<PolicySource>(listing.Files.Length);
        var faults = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var file in listing.Files)
        {
            try
            {
                if (ReadText(file.Path) is not { } text) return null;
                sources.Add(new PolicySource(Shown(file.Path), text));
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                if (new FileInfo(file.Path).LinkTarget is null) return null;
                faults.Add(Fault(file.Path, FolderCodes.Unreadable, "the link leads nowhere; mend or remove it"));
            }
            catch (DecoderFallbackException)
            {
                faults.Add(Fault(file.Path, FolderCodes.NotText, "the file is not UTF-8 text; save it as UTF-8"));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                faults.Add(Fault(file.Path, FolderCodes.Unreadable, $"the file cannot be read: {OneLine(error.Message)}"));
            }
        }

        return Make(sources.ToImmutable(), faults.ToImmutable());
    }

    public FolderReading Refuse(string path, string code, string message) => Make([], [Fault(path, code, message)]);

    /// <returns>Null when the file grows while it is read.</returns>
    private static string? ReadText(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[Math.Min(stream.Length + 1, MaxBytes)];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == MaxBytes) throw new IOException("it is larger than 8 MiB");
        if (length == bytes.Length) return null;
        return Strict.GetString(bytes, 0, length).TrimStart('\uFEFF');
    }

    private static FolderReading Make(ImmutableArray<PolicySource> sources, ImmutableArray<Diagnostic> faults)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in sources)
        {
            Append(hash, source.Path);
            Append(hash, source.Text);
        }

        foreach (var fault in faults) Append(hash, fault.ToString());
        return new FolderReading(sources, faults, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static void Append(IncrementalHash hash, string text)
    {
        hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private Diagnostic Fault(string path, string code, string message) => new(Severity.Error, code, new Origin(Shown(path), 1, 1), message);

    private string Shown(string path) => Path.GetRelativePath(workingDirectory, path).Replace('\\', '/');
}
