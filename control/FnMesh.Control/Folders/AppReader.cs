using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FnMesh.Control.Projects;
using FnMesh.Policy;

namespace FnMesh.Control.Folders;

/// <summary>The policy of a folder that has none: what a mesh starts with, and a FunctionApp for each project that references FnMesh.Functions.</summary>
/// <param name="folder">As a user would type it.</param>
/// <param name="defaults">What a mesh starts with.</param>
internal sealed class AppReader(string folder, ImmutableArray<PolicySource> defaults) : IPolicyReader
{
    public ImmutableArray<FileStamp>? Scan() => TryScan(out var stamps) is null ? stamps ?? [] : null;

    public FolderReading Read()
    {
        if (TryScan(out var stamps) is { } torn) return new FolderReading { Torn = torn };
        var findings = stamps is null ? ProjectSearch.Find(folder) : ProjectSearch.Judge(stamps.Value, ProjectRole.Functions);
        var sources = defaults.AddRange(findings.Projects.Select(Source));
        return new FolderReading
        {
            Stamps = stamps ?? [],
            Sources = sources,
            Diagnostics = findings.Diagnostics,
            Content = ContentOf(sources, findings.Diagnostics),
        };
    }

    /// <summary>Null, or why the folder cannot be read.</summary>
    private string? TryScan(out ImmutableArray<FileStamp>? stamps)
    {
        stamps = null;
        try
        {
            stamps = ProjectSearch.Scan(folder);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{folder}: {failure.Message}";
        }
    }

    /// <summary>What a person would write; it stands in the project's own place, so that diagnostics name the project.</summary>
    private static PolicySource Source(FoundProject project)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "fnmesh.dev/v1alpha1");
            json.WriteString("kind", "FunctionApp");
            json.WriteStartObject("metadata");
            json.WriteString("name", project.App);
            json.WriteEndObject();
            json.WriteStartObject("spec");
            json.WriteStartArray("revisions");
            json.WriteStartObject();
            json.WriteString("name", project.Revision);
            json.WriteStartObject("run");
            json.WriteString("project", Path.GetFileName(project.File));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new PolicySource(project.File, Encoding.UTF8.GetString(bytes.ToArray()));
    }

    private static string ContentOf(ImmutableArray<PolicySource> sources, ImmutableArray<Diagnostic> diagnostics)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in sources.Select(source => $"{source.Path}\0{source.Text}\0").Concat(diagnostics.Select(found => $"{found}\0")))
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
