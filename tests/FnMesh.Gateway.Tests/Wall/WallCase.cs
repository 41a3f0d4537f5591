using System.Globalization;
using System.Text;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>One hostile request of the corpus: what is sent, and what may become of it.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Expectation"><c>refused</c>: nothing reaches the function; <c>passes</c>: it does, once; <c>either</c>: nothing, or once and unchanged.</param>
/// <param name="Bytes">What goes over the wire.</param>
internal sealed record WallCase(string Name, string Expectation, byte[] Bytes)
{
    /// <summary>
    /// Reads a file of cases: <c># EXPECTATION name</c>, then lines of bytes. Line ends of the file mean nothing; <c>\r</c>, <c>\n</c>, <c>\t</c>, <c>\\</c> and <c>\xHH</c> are bytes,
    /// and <c>\*N c</c> is the character <c>c</c> N times.
    /// </summary>
    public static IEnumerable<WallCase> Read(string text)
    {
        string? head = null;
        var body = new StringBuilder();
        foreach (var line in text.Split('\n').Append("# "))
        {
            if (!line.StartsWith("# ", StringComparison.Ordinal))
            {
                body.Append(line.TrimEnd('\r'));
                continue;
            }

            if (head is not null) yield return new(head[(head.IndexOf(' ') + 1)..], head[..head.IndexOf(' ')], Unescape(body.ToString()));
            (head, _) = (line[2..], body.Clear());
        }
    }

    /// <summary>Reads the notation of bytes.</summary>
    public static byte[] Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }

            switch (text[++i])
            {
                case 'r': bytes.Add((byte)'\r'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case 't': bytes.Add((byte)'\t'); break;
                case 'x':
                    bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                case '*':
                    var space = text.IndexOf(' ', i);
                    bytes.AddRange(Enumerable.Repeat((byte)text[space + 1], int.Parse(text.AsSpan(i + 1, space - i - 1), CultureInfo.InvariantCulture)));
                    i = space + 1;
                    break;
                default: bytes.Add((byte)text[i]); break;
            }
        }

        return [.. bytes];
    }
}
