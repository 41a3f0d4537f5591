using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace FnMesh.Shim.Tests;

/// <summary>
/// A function as the tests need one: listens on PORT, writes its answer to each connection, and ends with status 7 when it reads <c>end</c>.
/// Words: <c>deaf</c> ignores SIGTERM, <c>mute</c> never listens, <c>say:TEXT</c> writes a line, <c>end:STATUS</c> ends at once,
/// <c>first:FILE</c> with status 3 unless there is that file, which it makes.
/// </summary>
internal static class FunctionProcess
{
    public const string Name = "--function";

    public static string[] Command(params string[] words) => [Environment.ProcessPath!, Name, .. words];

    public static async Task<int> RunAsync(string[] words)
    {
        using var term = words.Contains("deaf") ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true) : null;
        foreach (var word in words)
        {
            if (word.StartsWith("say:", StringComparison.Ordinal))
            {
                Console.WriteLine(word[4..]);
            }
            else if (word.StartsWith("end:", StringComparison.Ordinal))
            {
                return int.Parse(word[4..]);
            }
            else if (word.StartsWith("first:", StringComparison.Ordinal) && !File.Exists(word[6..]))
            {
                await File.WriteAllTextAsync(word[6..], "");
                return 3;
            }
        }

        if (words.Contains("mute"))
        {
            await new TaskCompletionSource().Task;
        }

        using var listener = new TcpListener(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")!));
        listener.Start();
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(client.GetStream());
            switch (await reader.ReadLineAsync())
            {
                case "end":
                    return 7;
                case { } variable:
                    await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(variable) ?? "(not set)"));
                    break;
                case null:
                    break; // Only a look whether somebody listens.
            }
        }
    }

    /// <summary>Asks a function for the value of an environment variable.</summary>
    public static async Task<string> AskAsync(Uri function, string variable)
    {
        using var client = await SendAsync(function, variable);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }

    /// <summary>Makes a function end with status 7.</summary>
    public static async Task EndAsync(Uri function)
    {
        using var client = await SendAsync(function, "end");
    }

    private static async Task<TcpClient> SendAsync(Uri function, string line)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, function.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
        return client;
    }
}
