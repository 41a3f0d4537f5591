using System.Globalization;
using System.Net;

namespace FnMesh.EndToEnd.Tests.Identity;

/// <summary>The addresses on which processes listen, as /proc tells.</summary>
internal static class Listeners
{
    private const string Listening = "0A";

    public static IReadOnlyList<IPAddress> Of(IEnumerable<int> pids)
    {
        var sockets = pids.SelectMany(Sockets).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(table => File.ReadLines(table).Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(columns => columns[3] == Listening && sockets.Contains($"socket:[{columns[9]}]"))
                .Select(columns => AddressOf(columns[1].Split(':')[0])),
        ];
    }

    private static IEnumerable<string> Sockets(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Select(descriptor => new FileInfo(descriptor).LinkTarget ?? "");

    /// <summary>Words of 32 bits in the machine's order.</summary>
    private static IPAddress AddressOf(string hex)
    {
        var bytes = new List<byte>();
        for (var word = 0; word < hex.Length; word += 8) bytes.AddRange(BitConverter.GetBytes(uint.Parse(hex.AsSpan(word, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        return new IPAddress(bytes.ToArray());
    }
}
