package dev.prefork.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnPortTest {
    @ParameterizedTest
    @CsvSource({
        "python3 -m http.server 8080,http.server binds its own port",
        "/usr/bin/python3.11 -u -m flask --app x run,flask run binds its own port",
        "python manage.py runserver 0:80,manage.py runserver binds its own port",
        "./manage.py runserver,manage.py runserver binds its own port",
        "php -S 0.0.0.0:80,php -S binds its own port",
        "uvicorn app:app,uvicorn binds its own port without --fd 3",
        "python -m hypercorn app:app,hypercorn binds its own port without --bind fd://3",
        "npm start,npm passes no descriptor on to the program that it runs",
        "node server.js,node binds its own port unless the program calls listen({ fd: 3 })",
        "dotnet app.dll,dotnet binds its own port unless the program calls UseSystemd() of Kestrel"
    })
    void aProgramThatIsKnownNotToTakeTheListenersIsNamedWithTheRemedy(String command, String what) {
        assertThat(OwnPort.warning(List.of(command.split(" "))))
                .contains(what
                        + ", and a worker that uses none of the listeners never becomes ready: see docs/RECIPES.md,"
                        + " or use --listen none if it binds its own port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gunicorn app:app",
                "uvicorn --fd 3 app:app",
                "hypercorn --bind fd://3 app:app",
                "python -m hypercorn --bind=fd://3 app:app",
                "python app.py",
                "python -c pass",
                "python",
                "python -u",
                "flask routes",
                "php script.php",
                "nodejs-like run"
            })
    void ofAnyOtherNothingIsSaid(String command) {
        assertThat(OwnPort.warning(List.of(command.split(" ")))).isEmpty();
    }

    @Test
    void builtInWorkersHaveNoProgram() {
        assertThat(OwnPort.warning(List.of())).isEmpty();
    }
}
