using System.Text;
using System.Text.Json;

namespace FnMesh.Cli.Clients;

/// <summary>What <c>-d</c> takes: a text, <c>@FILE</c>, or <c>-</c> for stdin.</summary>
internal static class DataArgument
{
    private const int MaxBytes = 64 << 20;

    /// <exception cref="IOException">The file cannot be read or is too large.</exception>
    public static async Task<byte[]?> ReadAsync(string? data, Terminal terminal, CancellationToken cancel) => data switch
    {
        null => null,
        "-" => await ReadFileAsync(data, terminal, cancel),
        ['@', .. var file] => await ReadFileAsync(file, terminal, cancel),
        _ => Encoding.UTF8.GetBytes(data),
    };

    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<byte[]> ReadFileAsync(string file, Terminal terminal, CancellationToken cancel)
    {
        await using var stream = file == "-" ? terminal.OpenInput() : await OpenAsync(file, cancel);
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        while (await stream.ReadAsync(buffer, cancel) is var read and > 0)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MaxBytes)
                throw new IOException($"'{file}' is larger than {MaxBytes:N0} bytes");
        }

        return bytes.ToArray();
    }

    /// <summary>Opening a pipe that nobody writes to does not end by itself.</summary>
    private static async Task<FileStream> OpenAsync(string file, CancellationToken cancel)
    {
        if (Directory.Exists(file)) throw new IOException($"'{file}' is a folder; name a file");
        if (!File.Exists(file)) throw new IOException($"there is no file '{file}'");
        return await Task.Run(() => File.OpenRead(file), cancel).WaitAsync(cancel);
    }

    /// <summary>JSON when it is JSON, else text.</summary>
    public static string MediaTypeOf(byte[] data) => FaultOf(data) is null ? "application/json" : "text/plain; charset=utf-8";

    /// <summary>Whether a media type says that the data is JSON.</summary>
    public static bool IsJsonType(string mediaType)
    {
        var essence = mediaType.Split(';')[0].Trim();
        return essence.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || essence.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether an object or an array was probably meant.</summary>
    public static bool BeginsLikeJson(byte[] data) => data.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    /// <summary>Why it is no JSON; null when it is.</summary>
    public static string? FaultOf(byte[] data)
    {
        try
        {
            using var json = JsonDocument.Parse(data);
            return null;
        }
        catch (JsonException failure)
        {
            return failure.Message.TrimEnd('.');
        }
    }
}
