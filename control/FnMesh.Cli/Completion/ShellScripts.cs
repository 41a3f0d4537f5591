namespace FnMesh.Cli.Completion;

/// <summary>What a shell runs to let fnmesh complete its own command lines: the program is asked with the line and the place of the cursor.</summary>
internal static class ShellScripts
{
    public static string? Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        "pwsh" => PowerShell,
        _ => null,
    };

    private const string Bash = """
        # fnmesh completion for bash. For this shell: eval "$(fnmesh completion bash)"; for every one: put that line into ~/.bashrc.
        _fnmesh() {
          local program=${COMP_WORDS[0]} line=${COMP_LINE#*"${COMP_WORDS[0]}"} current=${COMP_WORDS[COMP_CWORD]} candidate
          local point=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
          COMPREPLY=()
          # Readline cuts words at '=' and ':', and replaces only what stands behind the last of them.
          local whole=${COMP_LINE:0:COMP_POINT}
          whole=${whole##*[[:space:]]}
          local cut=${whole%"$current"}
          [[ $current == = || $current == : ]] && { cut=$whole; }
          while IFS= read -r candidate; do
            [[ -z $whole && $candidate == -* ]] && continue
            [[ $candidate == "$whole"* ]] && COMPREPLY+=("${candidate#"$cut"}")
          done < <("${program/#\~/$HOME}" "[suggest:$point]" "$line" 2>/dev/null)
          [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
          return 0
        }
        complete -o default -F _fnmesh fnmesh
        """;

    private const string Zsh = """
        #compdef fnmesh
        # fnmesh completion for zsh. For this shell: eval "$(fnmesh completion zsh)"; for every one: put that line into ~/.zshrc, behind compinit.
        _fnmesh() {
          local line="${BUFFER#*"${words[1]}"}"
          local point=$((CURSOR - ${#BUFFER} + ${#line}))
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:$point]" "$line" 2>/dev/null)}")
          found=(${found:#})
          [[ -n ${words[CURRENT]} ]] || found=(${found:#-*})
          if (( ${#found} )); then
            compadd -S '' -- ${(M)found:#*=}
            compadd -- ${found:#*=}
          else
            _files
          fi
        }
        compdef _fnmesh fnmesh
        """;

    private const string Fish = """
        # fnmesh completion for fish. For every shell: fnmesh completion fish > ~/.config/fish/completions/fnmesh.fish
        function __fnmesh_complete
          set -l program (commandline -opc)[1]
          set -l word (commandline -ct)
          set -l line (string replace -- "$program" "" (commandline -cp))
          set -l found (command $program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
          test -n "$word"; or set found (string match --invert -- '-*' $found)
          if set -q found[1]
            printf '%s\n' $found
          else
            __fish_complete_path "$word"
          end
        end
        complete -c fnmesh -f -a '(__fnmesh_complete)'
        """;

    private const string PowerShell = """
        # fnmesh completion for PowerShell. For this shell: fnmesh completion pwsh | Out-String | Invoke-Expression; for every one: put that line into $PROFILE.
        Register-ArgumentCompleter -Native -CommandName fnmesh -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          $program = $commandAst.CommandElements[0].Extent.Text
          $line = $commandAst.ToString().PadRight($cursorPosition - $commandAst.Extent.StartOffset).Substring($program.Length)
          $point = [Math]::Max(0, $cursorPosition - $commandAst.Extent.StartOffset - $program.Length)
          & $program "[suggest:$point]" "$line" 2>$null | Where-Object { $wordToComplete -or $_ -notlike '-*' } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;
}
