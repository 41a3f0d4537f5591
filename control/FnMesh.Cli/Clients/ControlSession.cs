using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Output;
using FnMesh.Node.Members;

namespace FnMesh.Cli.Clients;

/// <summary>What the commands that ask the control service have in common: its address, the output format, and how failures end.</summary>
internal sealed class ControlSession : IDisposable
{
    private readonly MeshHttp _http = new();
    private readonly Terminal _terminal;
    private ControlSession(Terminal terminal, ControlAddress address, OutputFormat format)
    {
        _terminal = terminal;
        Address = address;
        Format = format;
    }

    public ControlAddress Address { get; }

    public OutputFormat Format { get; }

    /// <summary>Adds <c>--control</c> and <c>-o</c> to a command and makes <paramref name="run"/> its action.</summary>
    public static void Attach(Command command, Terminal terminal, Func<ControlSession, ParseResult, CancellationToken, Task<int>> run)
    {
        var control = ControlOption.Create();
        var format = OutputOption.Create();
        command.Add(control);
        command.Add(format);
        command.SetAction(async (parsed, cancel) =>
        {
            if (ControlAddress.Find(parsed.GetValue(control), terminal) is not { } address)
            {
                terminal.Complain(ControlAddress.NoUrl(parsed.GetValue(control), terminal));
                return ExitCode.WrongUsage;
            }

            using var session = new ControlSession(terminal, address, parsed.GetValue(format));
            return await run(session, parsed, cancel);
        });
    }

    public Task<Answer> GetAsync(string path, CancellationToken cancel) => _http.GetAsync(new Uri(Address.Control, path), Address.Source, cancel);

    public Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancel) => _http.SendAsync(request, Address.Source, cancel);

    /// <inheritdoc cref="MeshHttp.ReadLinesAsync"/>
    public Task<Answer> ReadLinesAsync(string path, Func<string, Task> line, CancellationToken cancel) => _http.ReadLinesAsync(new Uri(Address.Control, path), Address.Source, line, cancel);

    /// <summary>The <c>up</c> of this user that is asked; null when it is somebody else's, or a control service of its own.</summary>
    public async Task<UpFile?> FindUpAsync(CancellationToken cancel)
    {
        if (Address.Up is { } up) return up;
        var mesh = await GetAsync("/api/v1/mesh", cancel);
        var found = mesh.Succeeded && mesh.Body.Text("folder") is { Length: > 0 } folder ? UpFile.Read(UpFile.PathIn(folder)) : null;
        return found is not null && Uri.TryCreate(found.Control, UriKind.Absolute, out var control) && control.Port == Address.Control.Port && Address.Control.IsLoopback && CanRead(found) ? found : null;
    }

    /// <summary>The person at the command as a member of the mesh: by the <c>up</c> of theirs that is asked, else by the join token that the environment names. Both are null when there is neither.</summary>
    public async Task<(Person? Joined, Answer? Fault)> JoinAsync(CancellationToken cancel)
    {
        PersonPlace? place;
        if (await FindUpAsync(cancel) is { } up)
        {
            place = PersonPlace.Of(up);
        }
        else
        {
            var mesh = await GetAsync("/api/v1/mesh", cancel);
            if (!mesh.Succeeded) return (null, mesh);
            if (_terminal.Variable(MemberEnvironment.JoinTokenFileName) is not { Length: > 0 } token) return (null, null);
            try
            {
                place = PersonPlace.Of(Path.GetFullPath(token, _terminal.CurrentDirectory), mesh.Body, Address.Control);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return (null, new Answer(0, null, ExitCode.Failed, $"your identity cannot be kept: {failure.Message}"));
            }
        }

        if (place is null) return (null, new Answer(0, null, ExitCode.Failed, "the mesh's control service is of another version; start it again"));
        var (person, fault) = await Person.JoinAsync(place, _terminal.Time, cancel);
        return (person, fault is null ? null : new Answer(0, null, ExitCode.Unreachable, fault));
    }

    /// <summary>What to say where a person is needed and there is none.</summary>
    public int FailWithoutPerson(string command, string otherwise = "")
    {
        _terminal.Complain($"'{command}' uses your identity in the mesh, and there is none: name the file of your join token in {MemberEnvironment.JoinTokenFileName} ('fnmesh control --token user/NAME=FILE' writes one), or go to the folder of an 'fnmesh up'{otherwise}");
        return ExitCode.WrongUsage;
    }

    /// <summary>Gets a path and prints it: as it came in JSON and YAML, else by <paramref name="table"/>.</summary>
    public async Task<int> ShowAsync(string path, Func<JsonNode, string> table, CancellationToken cancel, Func<JsonNode, string>? yaml = null)
    {
        var answer = await GetAsync(path, cancel);
        return answer is { Succeeded: true, Body: { } body } ? Print(body, table, yaml) : Fail(answer);
    }

    public int Print(JsonNode body, Func<JsonNode, string> table, Func<JsonNode, string>? yaml = null)
    {
        var text = Format switch
        {
            OutputFormat.Json => JsonText.Write(body),
            OutputFormat.Yaml => (yaml ?? YamlText.Write)(body),
            _ => table(body),
        };
        if (text.Length > 0)
            _terminal.Out.WriteLine(text);
        return ExitCode.Done;
    }

    public int Fail(Answer answer)
    {
        _terminal.Complain(TextTable.Visible(answer.Failure.Length > 0 ? answer.Failure : $"{Address.Control} answered {answer.Status} without a body"));
        return answer.Succeeded ? ExitCode.Failed : answer.Exit;
    }

    /// <summary>Whether the token is this user's to use.</summary>
    private static bool CanRead(UpFile up)
    {
        try
        {
            using var token = File.OpenRead(UpFile.TokenIn(up.Data, "user"));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();
}
