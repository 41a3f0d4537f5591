using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;

using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Folders;

/// <summary>Reads the policy files of a folder, or one file, within bounds and without exceptions for what a disk may do.</summary>
/// <param name="path">The folder or file, as a user would type it.</param>
internal sealed class FolderReader(string path) : IPolicyReader
{
    public const int MaxFiles = 1_000;
    public const int MaxFileBytes = 1 << 20;
    private const int MaxDepth = 16;
    private const int MaxEntries = 20_000;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The policy files in order of their paths; null when the folder cannot be read just now.</summary>
    public ImmutableArray<FileStamp>? Scan() => TryScan(out var stamps) is null ? stamps : null;

    public FolderReading Read()
    {
        if (TryScan(out var stamps) is { } torn)
            return new FolderReading { Torn = torn };
        if (stamps.Length > MaxFiles)
            return Refusal(stamps, PolicyFileErrors.TooManyFiles(path, MaxFiles));

        var sources = ImmutableArray.CreateBuilder<PolicySource>(stamps.Length);
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (stamps.IsEmpty)
            diagnostics.Add(PolicyFileErrors.Empty(path));
        else if (stamps is [{ Length: 0, IsLinkedFolder: false } named] && named.Path == path)
            diagnostics.Add(PolicyFileErrors.Nothing(path));
        foreach (var stamp in stamps)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{stamp.Path}\0{(stamp.IsLinkedFolder ? "link" : stamp.Length)}\0"));
            if (stamp.IsLinkedFolder)
            {
                diagnostics.Add(PolicyFileErrors.LinkedFolder(stamp.Path));
                continue;
            }

            if (stamp.Length > MaxFileBytes)
            {
                diagnostics.Add(PolicyFileErrors.TooLarge(stamp.Path, MaxFileBytes));
                continue;
            }

            if (ReadFile(stamp, sources, diagnostics, hash) is { } reason)
                return new FolderReading { Torn = reason };
        }

        if (TryScan(out var after) is not null || !after.SequenceEqual(stamps))
            return new FolderReading { Torn = $"{path}: changed while it was read" };
        return new FolderReading
        {
            Stamps = stamps,
            Sources = sources.ToImmutable(),
            Diagnostics = diagnostics.ToImmutable(),
            Content = Convert.ToHexStringLower(hash.GetHashAndReset()),
        };
    }

    private static FolderReading Refusal(ImmutableArray<FileStamp> stamps, Diagnostic diagnostic) =>
        new() { Stamps = stamps, Diagnostics = [diagnostic], Content = diagnostic.ToString() };

    /// <summary>Null, or why the reading is torn.</summary>
    private static string? ReadFile(
        FileStamp stamp,
        ImmutableArray<PolicySource>.Builder sources,
        ImmutableArray<Diagnostic>.Builder diagnostics,
        IncrementalHash hash)
    {
        byte[] bytes;
        try
        {
            bytes = ReadBytes(stamp.Path);
        }
        catch (UnauthorizedAccessException)
        {
            hash.AppendData("unreadable"u8);
            diagnostics.Add(PolicyFileErrors.Unreadable(stamp.Path));
            return null;
        }
        catch (IOException failure)
        {
            return $"{stamp.Path}: {failure.Message}";
        }

        if (bytes.Length != stamp.Length)
            return $"{stamp.Path}: changed while it was read";
        hash.AppendData(bytes);
        try
        {
            sources.Add(new PolicySource(stamp.Path, StrictUtf8.GetString(WithoutMark(bytes))));
        }
        catch (DecoderFallbackException)
        {
            diagnostics.Add(PolicyFileErrors.NotUtf8(PlaceOfBadByte(stamp.Path, bytes)));
        }

        return null;
    }

    private static byte[] ReadBytes(string file)
    {
        // What has no length is empty, or no file at all: opening a pipe would wait for somebody to write into it.
        if (new FileInfo(file) is { Length: 0 }) return [];

        // Sharing everything: a reader must never be what makes an editor's save fail.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var buffer = new byte[Math.Min(stream.Length, MaxFileBytes) + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length];
    }

    private static ReadOnlySpan<byte> WithoutMark(byte[] bytes) =>
        bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;

    private static Origin PlaceOfBadByte(string file, ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
            offset += consumed;
        var before = bytes[..offset];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new Origin(file, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    /// <summary>Null, or why the folder cannot be read. Stops one file after <see cref="MaxFiles"/>.</summary>
    private string? TryScan(out ImmutableArray<FileStamp> stamps)
    {
        stamps = [];
        try
        {
            if (File.Exists(path))
            {
                stamps = [Stamp(path)];
                return null;
            }

            var visited = 0;
            var found = new FileSystemEnumerable<(string Path, bool IsFolder)>(
                path,
                (ref FileSystemEntry entry) => (entry.ToSpecifiedFullPath(), entry.IsDirectory),
                new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = false, AttributesToSkip = 0 })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    entry.IsDirectory ? !entry.FileName.StartsWith('.') && IsLink(ref entry) : IsPolicyFile(entry.FileName),
                ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.FileName.StartsWith('.') && !IsLink(ref entry) && ++visited < MaxEntries,
            };
            stamps =
            [
                .. found.Take(MaxFiles + 1)
                    .Select(entry => entry.IsFolder ? new FileStamp(entry.Path, 0, 0, IsLinkedFolder: true) : Stamp(entry.Path))
                    .OrderBy(stamp => stamp.Path, StringComparer.Ordinal),
            ];
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {failure.Message}";
        }
    }

    /// <summary>Not every reparse point is a link: folders that a cloud drive keeps are none.</summary>
    public static bool IsLink(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != 0 && entry.ToFileSystemInfo().LinkTarget is not null;

    private static bool IsPolicyFile(ReadOnlySpan<char> name) =>
        !name.StartsWith('.') && (name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase));

    private static FileStamp Stamp(string file)
    {
        FileSystemInfo found = new FileInfo(file);
        if (found.LinkTarget is not null)
            found = found.ResolveLinkTarget(returnFinalTarget: true) ?? found;
        return new FileStamp(file, new FileInfo(found.FullName).Length, found.LastWriteTimeUtc.Ticks);
    }
}
