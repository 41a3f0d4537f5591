using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Documents;

/// <summary>Somebody who types what the documents say, where they say it, with other programs on the usual ports.</summary>
internal sealed class Reader : IAsyncDisposable
{
    private static readonly TimeSpan Build = TimeSpan.FromMinutes(5);
    private const string Up = "./fnmesh up ";

    private readonly TempFolder _folder = new();
    private UpProcess? _up;

    public Reader()
    {
        var program = _folder.Write("bin/fnmesh", $"#!/bin/sh\nexec '{FnMeshProgram.DotNet}' exec '{FnMeshProgram.Cli}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        // Without it curl ends with 0 whatever the gateway answers.
        _folder.Write(".curlrc", "fail\nsilent\nshow-error\nnoproxy = \"*\"\n");
    }

    /// <summary>Types a command.</summary>
    /// <returns>What went wrong; null when it ended with 0, or, for <c>up</c>, when it is ready.</returns>
    public async Task<string?> TypeAsync(DocumentCommand command)
    {
        if (command.Text.StartsWith(Up, StringComparison.Ordinal)) return await StartAsync(command);

        var typed = await WithOurValuesAsync(command.Text);
        var finished = await FnMeshProgram.ShellAsync(FolderOf(command), typed, Environment);
        return finished.Code == 0 ? null : $"{command}\ntyped as {typed}: {finished}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_up is not null) await _up.DisposeAsync();
        _folder.Dispose();
    }

    private IEnumerable<(string Name, string Value)> Environment =>
    [
        ("PATH", string.Join(Path.PathSeparator, _folder["bin"], Path.GetDirectoryName(FnMeshProgram.DotNet), System.Environment.GetEnvironmentVariable("PATH"))),
        ("CURL_HOME", _folder.Path),
        ("DOTNET_NOLOGO", "1"),
        .. _up is null ? Array.Empty<(string, string)>() : [("FNMESH_CONTROL", _up.Control.ToString())],
    ];

    /// <summary>A sample's own document is read in the sample's folder, all others, and what starts with ./fnmesh, at the root.</summary>
    private static string FolderOf(DocumentCommand command) =>
        Path.Combine(FnMeshProgram.Root, !command.Text.StartsWith("./fnmesh ", StringComparison.Ordinal) && command.Document.StartsWith("samples/", StringComparison.Ordinal) ? Path.GetDirectoryName(command.Document)! : "");

    private async Task<string?> StartAsync(DocumentCommand command)
    {
        // As with Ctrl-C before the next.
        if (_up is not null && await _up.StopAsync() is var code and not 0) return $"{command}: the mesh before it ended with {code}";
        if (_up is not null) await _up.DisposeAsync();
        _up = null;
        try
        {
            _up = await UpProcess.TypedAsync(Build, FolderOf(command), _folder[$"data-{command.Line}"], command.Text[Up.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return null;
        }
        catch (InvalidOperationException failure)
        {
            return $"{command}: {failure.Message}";
        }
    }

    /// <summary>The addresses of this mesh, and something real for what the documents leave open.</summary>
    private async Task<string> WithOurValuesAsync(string text)
    {
        if (_up is not null)
        {
            text = text
                .Replace("http://127.0.0.1:7071", _up.Gateway.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
                .Replace("http://127.0.0.1:7070", _up.Control.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        }

        if (text.EndsWith(" ID", StringComparison.Ordinal)) text = text[..^2] + await NewestTraceAsync();
        if (text.EndsWith(" DIR", StringComparison.Ordinal)) text = text[..^3] + "samples/shop";
        return text.Replace("./fnmesh ", "fnmesh ", StringComparison.Ordinal);
    }

    private async Task<string> NewestTraceAsync()
    {
        var newest = await FnMeshProgram.ShellAsync(FnMeshProgram.Root, "fnmesh events list --limit 1", Environment);
        return newest.Output.TrimEnd().Split(' ')[^1];
    }
}
