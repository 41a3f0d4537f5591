using System.Text.RegularExpressions;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Documents;

/// <summary>Somebody who types what the documents say, where they say it, with other programs on the usual ports.</summary>
internal sealed partial class Reader : IAsyncDisposable
{
    private static readonly TimeSpan Build = TimeSpan.FromMinutes(5);
    private const string Roles = "docs/roles.md";
    private const string Up = "./fnmesh up ";

    private readonly TempFolder _folder = new();
    private readonly List<UpProcess> _roles = [];
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
        if (Role().Match(command.Text) is { Success: true } role) return await StartRoleAsync(command, role);

        var typed = await WithOurValuesAsync(command.Text);
        var finished = await FnMeshProgram.ShellAsync(FolderOf(command), typed, Environment);
        return finished.Code == 0 ? null : $"{command}\ntyped as {typed}: {finished}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_up is not null) await _up.DisposeAsync();
        await EndRolesAsync();
        _folder.Dispose();
    }

    private IEnumerable<(string Name, string Value)> Environment =>
    [
        ("PATH", string.Join(Path.PathSeparator, _folder["bin"], Path.GetDirectoryName(FnMeshProgram.DotNet), System.Environment.GetEnvironmentVariable("PATH"))),
        ("CURL_HOME", _folder.Path),
        ("DOTNET_NOLOGO", "1"),
        .. Control is not null ? [("XDG_DATA_HOME", _folder["home"])] : _up is not null ? [("FNMESH_CONTROL", _up.Control.ToString())] : Array.Empty<(string, string)>(),
    ];

    /// <summary>A sample's own document is read in the sample's folder, all others, and what starts with ./fnmesh, at the root.</summary>
    private string FolderOf(DocumentCommand command) =>
        command.Document == Roles ? _folder.Path : Path.Combine(FnMeshProgram.Root, !command.Text.StartsWith("./fnmesh ", StringComparison.Ordinal) && command.Document.StartsWith("samples/", StringComparison.Ordinal) ? Path.GetDirectoryName(command.Document)! : "");

    private async Task<string?> StartAsync(DocumentCommand command)
    {
        // As with Ctrl-C before the next.
        if (_up is not null && await _up.StopAsync() is var code and not 0) return $"{command}: the mesh before it ended with {code}";
        if (_up is not null) await _up.DisposeAsync();
        _up = null;
        await EndRolesAsync();
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

    private async Task EndRolesAsync()
    {
        foreach (var role in _roles.AsEnumerable().Reverse()) await role.DisposeAsync();
        _roles.Clear();
    }

    /// <summary>Of the roles that were started one by one; null before.</summary>
    private UpProcess? Control => _roles.FirstOrDefault();

    /// <summary>A role by itself, in a folder of this test, which goes on while what follows is typed.</summary>
    private async Task<string?> StartRoleAsync(DocumentCommand command, Match typed)
    {
        var variables = typed.Groups["name"].Captures.Zip(typed.Groups["value"].Captures)
            .Select(variable => (variable.First.Value, variable.Second.Value == "https://127.0.0.1:7444" ? Control!.Node!.GetLeftPart(UriPartial.Authority) : variable.Second.Value)).ToArray();
        string[] ports = typed.Groups["role"].Value == "control" ? ["--control-port", "0", "--node-listen", "127.0.0.1:0"] : ["--listen", "127.0.0.1:0", "--mesh-listen", "127.0.0.1:0"];
        var arguments = typed.Groups["rest"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.StartsWith("samples/", StringComparison.Ordinal) ? Path.Combine(FnMeshProgram.Root, word) : word);
        var role = UpProcess.StartRole(_folder.Path, variables, $"{_folder.Path}#{_roles.Count}", [typed.Groups["role"].Value, .. arguments, .. ports]);
        _roles.Add(role);
        try
        {
            await role.BecomeReadyAsync();
            if (typed.Groups["role"].Value == "gateway") await role.Errors.FirstAsync(line => line.EndsWith(" live", StringComparison.Ordinal));
            return null;
        }
        catch (InvalidOperationException failure)
        {
            return $"{command}: {failure.Message}";
        }
    }

    [GeneratedRegex(@"^(?:(?<name>\w+)=(?<value>\S+) )*\./fnmesh (?<role>control|gateway)(?<rest>( .*)?)$")]
    private static partial Regex Role();

    /// <summary>The addresses of this mesh, and something real for what the documents leave open.</summary>
    private async Task<string> WithOurValuesAsync(string text)
    {
        if (Control is { } control)
        {
            text = text.Replace("http://127.0.0.1:7070", control.Control.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        }
        else if (_up is not null)
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
